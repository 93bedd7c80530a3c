import type { NodeHello, NodeMessage, NodeReport, NodeTransport } from '@gatehouse/contract';
import type { NodeGateway, NodeIdentity } from './node-gateway.ts';

/** The way of the embedded node to the hub of its own process. */
export class InProcessTransport implements NodeTransport {
  readonly #gateway: NodeGateway;
  readonly #identity: NodeIdentity = { kind: 'embedded', caller: 'embedded' };

  constructor(gateway: NodeGateway) {
    this.#gateway = gateway;
  }

  open(hello: NodeHello, signal: AbortSignal): AsyncIterable<NodeMessage> {
    return this.#gateway.open(hello, this.#identity, signal);
  }

  report(nodeId: string, reports: NodeReport[]): Promise<void> {
    return this.#gateway.report(nodeId, reports, this.#identity);
  }
}

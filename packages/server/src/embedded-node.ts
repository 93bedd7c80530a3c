import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { NodeHello, NodeMessage, NodeReport, NodeTransport } from '@gatehouse/contract';
import { findNodeStoreKey } from '@gatehouse/control';
import { NodeAgent, NodeStore } from '@gatehouse/gateway/node';
import type { GatewayThreads } from '@gatehouse/gateway/threads';
import { embeddedNodeId } from './embedded-node-id.ts';
import { gatewayUrl } from './gateway-parts.ts';
import type { Begun } from './started.ts';
import { VERSION } from './version.ts';

/** A node that does not get ready although the control plane is there is our own failure: what is live was compiled before it was saved. */
const READY_MS = 60_000;

/** The gateway in this process as a node of the control plane in this process, before that is there, with it, and without. */
export class EmbeddedNode {
  readonly #begun: Begun;
  readonly #gateway: GatewayThreads;
  readonly #transport: LateTransport;
  #agent: NodeAgent | undefined;

  constructor(begun: Begun, gateway: GatewayThreads, transport: () => NodeTransport | undefined) {
    this.#begun = begun;
    this.#gateway = gateway;
    this.#transport = new LateTransport(transport);
  }

  /** Undefined before it was started. */
  get agent(): NodeAgent | undefined {
    return this.#agent;
  }

  /** Serves what the disk has, without a control plane. False: there is nothing on the disk that could be served. */
  async serveFromDisk(): Promise<boolean> {
    const store = await this.#openStore();
    if (store === null) return false;
    const agent = await this.#createAgent(store);
    await agent.start();
    if (!agent.status.ready) {
      await agent.stop();
      return false;
    }
    this.#agent = agent;
    return true;
  }

  /** Serves what the control plane says, which is there; resolves when it does. */
  async follow(): Promise<void> {
    if (this.#agent !== undefined) return;
    const agent = await this.#createAgent(await this.#openStore());
    this.#agent = agent;
    await agent.start({ fromDisk: false });
    await ready(agent);
  }

  async #createAgent(store: NodeStore | null): Promise<NodeAgent> {
    const { options } = this.#begun;
    return new NodeAgent({
      transport: this.#transport,
      store,
      id: await embeddedNodeId(options.dataDir),
      gateway: this.#gateway,
      log: options.log,
      identity: { name: 'embedded', address: gatewayUrl(this.#begun, this.#gateway), version: VERSION },
    });
  }

  /** Null: nothing is kept, since the database is on this disk itself, or there is no key yet. */
  async #openStore(): Promise<NodeStore | null> {
    const { options, settings } = this.#begun;
    if (settings.control.database === 'sqlite') return null;
    const { dataDir, log } = options;
    const key = await findNodeStoreKey({ dataDir, env: options.env ?? process.env });
    if (key === undefined) return null;
    const identity = { nodeId: await embeddedNodeId(dataDir), key };
    return NodeStore.open({ directory: join(dataDir, 'node'), log, identity });
  }
}

/** The way to a control plane that may not be there yet. */
class LateTransport implements NodeTransport {
  readonly #find: () => NodeTransport | undefined;

  constructor(find: () => NodeTransport | undefined) {
    this.#find = find;
  }

  open(hello: NodeHello, signal: AbortSignal): AsyncIterable<NodeMessage> {
    return this.#transport.open(hello, signal);
  }

  async report(nodeId: string, reports: NodeReport[]): Promise<void> {
    await this.#transport.report(nodeId, reports);
  }

  get #transport(): NodeTransport {
    const transport = this.#find();
    if (transport === undefined) throw new Error('the control plane waits for its database');
    return transport;
  }
}

async function ready(agent: NodeAgent): Promise<void> {
  const limit = new AbortController();
  try {
    await Promise.race([
      agent.whenReady(),
      delay(READY_MS, undefined, { signal: limit.signal }).then(() => {
        throw new Error(`The gateway did not get ready: ${agent.status.rejected?.reason ?? 'it did not answer'}`);
      }),
    ]);
  } finally {
    limit.abort();
  }
}

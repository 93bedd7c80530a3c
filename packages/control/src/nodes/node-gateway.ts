import type { NodeHello, NodeMessage, NodeReport } from '@gatehouse/contract';

/** Who is behind a stream, as the transport knows it; the node itself has no say in it. */
export interface NodeIdentity {
  kind: 'embedded' | 'remote';
  /** Name of the token. Reports for a node are taken from whom its stream was opened by. */
  caller: string;
}

/** What a transport offers to nodes. Knows nothing of HTTP. */
export interface NodeGateway {
  /**
   * Opens the stream of a node, and ends the one that it had. The next message is made when it is asked for, out of what is newest then,
   * so take one only when the one before has been written out. Ends when the signal is aborted, when the node opens another, when it has
   * not reported for long, and when the hub stops. Throws `Refusal` (`request.invalid`) for another protocol.
   */
  open(hello: NodeHello, identity: NodeIdentity, signal: AbortSignal): AsyncIterable<NodeMessage>;
  /** Takes reports of a node. Throws `Refusal` (`access.denied`) when its stream was opened by somebody else. */
  report(nodeId: string, reports: readonly NodeReport[], identity: NodeIdentity): Promise<void>;
}

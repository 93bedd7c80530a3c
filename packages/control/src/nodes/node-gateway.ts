import type { NodeHello, NodeMessage, NodeReport } from '@gatehouse/contract';

/** Who is behind a stream, as the transport knows it; the node itself has no say in it. */
export interface NodeIdentity {
  kind: 'embedded' | 'remote';
  /** Id of the token; of the embedded node just that. Reports for a node are taken from whom its stream was opened by. */
  caller: string;
}

/** The token that a node belongs to; null: it is the embedded one. */
export function tokenOf({ kind, caller }: NodeIdentity): string | null {
  return kind === 'embedded' ? null : caller;
}

/** What a transport offers to nodes. Knows nothing of HTTP. */
export interface NodeGateway {
  /**
   * Opens the stream of a node, and ends the one that it had. The next message is made when it is asked for, out of what is newest then,
   * so take one only when the one before has been written out. Ends when the signal is aborted, when the node opens another, when it has
   * not reported for long, and when the hub stops. The first message rejects with `Refusal`: `request.invalid` for another protocol,
   * `resource.in-use` for an id that is another node's.
   */
  open(hello: NodeHello, identity: NodeIdentity, signal: AbortSignal): AsyncIterable<NodeMessage>;
  /**
   * Takes reports of a node, without asking the database when its stream is held here; but figures of traffic are stored before it
   * resolves. Throws `Refusal` (`access.denied`) when that was
   * opened by somebody else; what somebody else says of a node whose stream is elsewhere changes nothing.
   */
  report(nodeId: string, reports: readonly NodeReport[], identity: NodeIdentity): Promise<void>;
}

import type { AppRecord } from './credentials.ts';
import type { DebugCall, DebugResult } from './debug.ts';
import type { PackedSnapshot } from './packed-snapshot.ts';
import type { Problem } from './problem.ts';
import type { TrafficReport } from './traffic-report.ts';

/**
 * What a control plane and a gateway node say to each other. The embedded node and a remote one speak the same; only the transport
 * differs. Remote: the node opens a stream with its hello as the body of `POST /api/v1/node/stream` and reads one JSON message a line;
 * it answers with `POST /api/v1/node/reports`. Any doubt, a gap or an unknown message, ends in a new stream with a new hello.
 */
export const NODE_PROTOCOL = 1;

export interface NodeHello {
  protocol: typeof NODE_PROTOCOL;
  /** Made up once by the node and kept on its disk. */
  id: string;
  /** Made up at each start: tells a node that comes back from another one that has a copy of its disk. */
  bootId: string;
  name: string;
  /** Where its traffic port listens, for people. */
  address: string;
  version: string;
  /** What it serves now, from its disk if need be. */
  snapshot: SnapshotState | null;
  /** Ids of the revisions whose routes it has: those of what it serves, and of the last snapshot that it was sent on the stream before. */
  revisions: string[];
  /** The change up to which it has credentials, and what they are; null: it needs all of them. */
  credentials: CredentialsState | null;
}

/** Tells two sets of credentials apart: `sums` add up two 32-bit digests of every record, `count` counts them. See `digestOfApp`. */
export interface CredentialsState {
  cursor: number;
  count: number;
  sums: [number, number];
}

export interface SnapshotState {
  number: number;
  hash: string;
}

/**
 * The first one is `welcome`. A heartbeat is sent only when the node was sent everything else that the control plane knows of, so a node
 * that has applied what came before can hold it against what it has.
 */
export type NodeMessage =
  | { type: 'welcome'; protocol: typeof NODE_PROTOCOL; heartbeatMs: number; codeKey: string }
  | RoutesMessage
  | SnapshotMessage
  | CredentialsMessage
  /**
   * Tells what should be live; null: not known at the moment. A node that has something else, and has not rejected it, opens a new
   * stream.
   */
  | { type: 'heartbeat'; snapshot: SnapshotState | null; credentials: CredentialsState | null }
  /**
   * After `untilMs` (ms since the epoch) nobody waits for its answer: a node that reads it later leaves it alone, since a request that
   * its sender was told had failed must not reach a backend.
   */
  | { type: 'debug'; id: string; call: DebugCall; untilMs: number };

/**
 * Routes of revisions that the next snapshot uses and the node does not have, by revision id. They come in as many messages as need be,
 * one revision's in order over several of them, so that no message is large.
 */
export interface RoutesMessage {
  type: 'routes';
  routes: Record<string, string[]>;
}

/**
 * Everything of a snapshot but its routes. Whether or not the node takes it into use, it keeps the routes of the revisions in it until
 * the next one comes: the control plane sends only those that the last one that it sent has not.
 */
export interface SnapshotMessage {
  type: 'snapshot';
  head: PackedSnapshot['head'];
  routeCount: number;
  targets: PackedSnapshot['targets'];
  /** See `digestOfPacked`. */
  digest: string;
}

export interface CredentialsMessage {
  type: 'credentials';
  /** Of a whole set (every piece of it says so): what was known before is dropped once the last piece has come. */
  reset: boolean;
  /** The last piece. Pieces before it are not applied on their own, and nothing else is sent between them. */
  last: boolean;
  apps: AppRecord[];
  /** Ids of apps that are gone. */
  removed: string[];
  /** What the node has once the last piece is applied; null but with the last. */
  state: CredentialsState | null;
}

export type NodeReport =
  | { type: 'applied'; number: number; hash: string }
  | { type: 'rejected'; number: number; problems: Problem[] }
  | { type: 'credentials'; cursor: number }
  /** At each heartbeat: the node lives and has this. */
  | { type: 'alive'; snapshot: SnapshotState | null; cursor: number | null }
  | { type: 'debugged'; id: string; result: DebugResult }
  | { type: 'debug-failed'; id: string; message: string }
  /** Taken only once it is stored; refused while that cannot be done, and sent again. */
  | { type: 'traffic'; report: TrafficReport };

/** The way from a node to its control plane, whichever it is. */
export interface NodeTransport {
  /**
   * Opens the stream. Messages come in order; the iterable ends or throws when the stream is lost, and the node opens another.
   * Aborting the signal closes it.
   */
  open(hello: NodeHello, signal: AbortSignal): AsyncIterable<NodeMessage>;
  /** Resolves when the control plane has taken the reports. */
  report(nodeId: string, reports: NodeReport[]): Promise<void>;
}

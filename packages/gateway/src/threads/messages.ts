import type { MessagePort } from 'node:worker_threads';
import type { DebugCall, DebugResult, GatewaySettings, PackedSnapshot, Problem, TlsSettings } from '@gatehouse/contract';
import type { MetricsDelta } from '../telemetry/metrics.ts';

/** What a thread is started with. */
export interface ThreadData {
  /** Index among the threads of the process, from 0; the same for the one that replaces it. */
  thread: number;
  settings: GatewaySettings;
  /** The port that was found free; several threads share it. */
  port: number;
  reusePort: boolean;
  /** Path of the access log, when it goes to a file. */
  accessLogFile: string;
  states: SharedArrayBuffer;
  rates: SharedArrayBuffer;
  /** Memory of the `CredentialStore`; the thread reads under its index. */
  credentials: SharedArrayBuffer;
  nonces: SharedArrayBuffer;
  /** The port of HTTPS that was found free, when `settings.tls` is there. */
  tlsPort: number;
  /** By which TLS sessions are resumed, the same for every thread. */
  ticketKeys: Uint8Array;
}

/** A snapshot on its way to a thread: everything but the routes, which follow in pieces through `routes`. */
export interface PrepareMessage {
  type: 'prepare';
  number: number;
  snapshot: PackedSnapshot['head'];
  /** Slots of the targets in the shared state, by target id. */
  slots: [id: string, slot: number][];
  /** Holds `RoutesPiece`s and, last, null. Read piece by piece, so that no single read takes long. */
  routes: MessagePort;
}

/** Index in `snapshot.revisions`, and the JSON text of some of its routes. */
export type RoutesPiece = [revision: number, routes: string];

export type ToThread =
  | PrepareMessage
  /** Make the prepared snapshot live; the first one also opens the listener. */
  | { type: 'commit'; number: number }
  | { type: 'discard'; number: number }
  | { type: 'flush'; id: number }
  | { type: 'debug'; id: number; call: DebugCall }
  | { type: 'reopen-log' }
  /** From now on, deltas of metrics hold calls of apps. */
  | { type: 'keep-calls' }
  /** New handshakes use these certificates and ticket keys, which have been checked. */
  | { type: 'certificates'; tls: TlsSettings; ticketKeys: Uint8Array }
  | { type: 'drain'; timeoutMs: number };

export type FromThread =
  | { type: 'prepared'; number: number }
  | { type: 'rejected'; number: number; problems: Problem[] }
  | { type: 'committed'; number: number }
  | { type: 'listen-failed'; message: string }
  | { type: 'metrics'; id: number; delta: MetricsDelta }
  | { type: 'debugged'; id: number; answer: { result: DebugResult } | { failure: string } }
  | { type: 'failure'; requestId: string; what: string; message: string; stack: string }
  /** What nodes share can no longer be reached, or can again. */
  | { type: 'shared-store'; reachable: boolean; reason: string }
  /** The access log cannot be written. */
  | { type: 'log-failed'; message: string }
  | { type: 'drained' };

import type { Socket } from 'node:net';
import type { ListenerHandler, ListenerOptions } from '../../wire.ts';
import type { ServerConnection } from './server-connection.ts';

/** What the connections of a listener share. */
export interface ServerContext {
  readonly options: ListenerOptions;
  readonly handler: ListenerHandler;
  readonly draining: boolean;
  /** The time by which something that may take so long has to be done, on the clock of `performance.now()`; 0: never. */
  deadline(ms: number): number;
  closed(connection: ServerConnection): void;
  /** Takes over connections that begin with the preface of HTTP/2 (RFC 9113 section 3.4), which has been put back; null: none may. */
  readonly takeHttp2: ((socket: Socket) => void) | null;
}

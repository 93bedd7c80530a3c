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
}

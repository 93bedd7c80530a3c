import type { Exchange } from '../exchange/exchange.ts';
import type { ErrorReply, Reply } from '../exchange/reply.ts';

/** Turns an error of the catalogue into the answer that callers of an API expect. */
export interface ErrorProfile {
  name: string;
  /** `exchange` is null when the request could not be read at all. */
  render(error: ErrorReply, exchange: Exchange | null, requestId: string): Reply;
}

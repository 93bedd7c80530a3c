import type { RawBytes } from './raw-client.ts';

/** One thing that a scripted origin does for a request, in the order of the list. */
export type OriginStep =
  /** Sends these bytes as they are. */
  | { send: RawBytes }
  /** Sends them one at a time, each in a write of its own. */
  | { sendByteByByte: RawBytes }
  | { waitMs: number }
  /** Waits until the test says so. */
  | { waitFor: Promise<void> }
  /** Sends the same again and again, with a pause between; `Infinity`: until the gateway closes. */
  | { repeat: RawBytes; times: number; pauseMs?: number }
  /** Waits until the whole request has come, its body and trailers included. */
  | 'request-end'
  /** Closes in an orderly way. */
  | 'end'
  /** Closes with a TCP reset. */
  | 'reset'
  /** Says nothing more and keeps the connection until the gateway closes it. */
  | 'stall'
  /** Sends back every byte that comes behind the request's head, until the gateway closes. */
  | 'echo';

/** What a scripted origin does for one request. A script that neither ends, resets nor stalls keeps the connection for the next. */
export type OriginScript = readonly OriginStep[];

/** Lines of a head, each ended by CRLF, with the empty line behind them. */
export function head(...lines: string[]): string {
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** A whole response with a Content-Length. */
export function answer(statusLine: string, fields: readonly string[] = [], body = ''): string {
  return head(`HTTP/1.1 ${statusLine}`, ...fields, `Content-Length: ${body.length}`) + body;
}

/** What an origin does that nobody told anything: reads the request, answers 200 and keeps the connection. */
export const WELL_BEHAVED: OriginScript = ['request-end', { send: answer('200 OK', ['Content-Type: text/plain'], 'from the origin') }];

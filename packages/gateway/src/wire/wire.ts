import type { Duplex } from 'node:stream';
import type { GatewayErrorCode } from '@gatehouse/contract';
import type { Body } from '../exchange/body.ts';
import type { Exchange, RequestHead } from '../exchange/exchange.ts';
import type { Fields } from '../exchange/fields.ts';
import type { Reply } from '../exchange/reply.ts';

/**
 * The seam between the gateway and the bytes. A listener turns what comes from clients into exchanges and writes what comes
 * out of them; a connector carries requests to a backend. Either can be replaced without touching a policy or an integration.
 */

/** What a listener calls. Implemented by the gateway. */
export interface ListenerHandler {
  /** A request whose head is complete and valid. The answer goes out through the responder, at once or later. */
  handle(head: RequestHead, responder: Responder): Exchange;
  /** The client went away before its answer was complete. `ended` follows. */
  aborted(exchange: Exchange): void;
  /** The last byte of the answer is written, or the client is gone. Once for each exchange. */
  ended(exchange: Exchange): void;
  /** The answer could not be written: our own failure. The connection is cut; `ended` follows. */
  failed(exchange: Exchange, error: unknown): void;
  /** A message that is refused before it became an exchange: the answer to write; the connection is then closed. */
  refuse(code: GatewayErrorCode, reason: string): Reply;
}

/** The way back to the client for one exchange. */
export interface Responder {
  /** Writes status, fields and body of the exchange, or joins the connections when it holds a tunnel (RFC 9110 section 7.8). Once. */
  send(exchange: Exchange): void;
}

export interface ListenerOptions {
  host: string;
  port: number;
  /** Several sockets of several threads on one port (SO_REUSEPORT). */
  reusePort: boolean;
  headerBytes: number;
  uriBytes: number;
  headersTimeoutMs: number;
  bodyTimeoutMs: number;
  requestTimeoutMs: number;
  idleTimeoutMs: number;
  connectionsMax: number;
}

export interface Listener {
  /** The port that was bound. Rejects when it cannot be. */
  listen(): Promise<number>;
  /** Stops accepting, lets requests in flight end (with `Connection: close`), closes what is left after `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>;
}

/** A request as it goes to a backend. */
export interface BackendRequest {
  method: string;
  /** Origin form: path and query. */
  target: string;
  /** Flat list name, value …, Host included; without framing and connection fields, which are the connector's. */
  fields: string[];
  body: Body | null;
  /** Value of the Upgrade field to send, or empty. */
  upgrade: string;
}

/** What comes back. Exactly one of `head`, `upgraded` and `failed` is called, unless the call is cancelled. */
export interface BackendResponseHandler {
  /** `body` is null when the response has none. */
  head(status: number, reason: string, fields: Fields, body: Body | null): void;
  upgraded(status: number, reason: string, fields: Fields, socket: Duplex): void;
  failed(error: BackendError): void;
  /**
   * Progress: a connection stands and the head was written, or more of the body was. `awaitsBackend`: the next move is the
   * backend's (to answer, or to read); false: the next piece of the request's body is due from the client.
   */
  sent(awaitsBackend: boolean): void;
}

/** `connect`: no connection; nothing was sent. `stale`: a kept connection was closed at reuse. `response`: broken or cut off. `request`: the request's own body failed; see `cause`. */
export type BackendErrorKind = 'connect' | 'queue-full' | 'stale' | 'response' | 'request';

export class BackendError extends Error {
  override name = 'BackendError';
  readonly kind: BackendErrorKind;

  constructor(kind: BackendErrorKind, message: string, cause?: Error) {
    super(message, { cause });
    this.kind = kind;
  }
}

export interface BackendCall {
  /** Nobody wants the answer any more. */
  cancel(): void;
}

/** Carries requests to one target. Keeps connections. */
export interface Connector {
  send(request: BackendRequest, handler: BackendResponseHandler): BackendCall;
  /** No new connections are kept; what is in flight ends. */
  retire(): void;
}

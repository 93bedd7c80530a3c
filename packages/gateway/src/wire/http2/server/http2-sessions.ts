import { constants, performServerHandshake, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { TlsClient } from '../../../exchange/client-certificate.ts';
import { Fields } from '../../../exchange/fields.ts';
import type { Deadlines } from '../../../upstream/deadlines.ts';
import type { Refusal } from '../../http1/server/refusal.ts';
import type { ListenerHandler, ListenerOptions } from '../../wire.ts';
import { Http2RequestBody } from './request-body.ts';
import { readRequestHead } from './request-head.ts';
import { Http2Responder } from './responder.ts';

/** Requests of one connection at a time. */
const STREAMS_MAX = 100;
/** What one stream may send ahead of its reader; times the streams, what a connection can make us keep. */
const STREAM_WINDOW_BYTES = 128 * 1024;
const SESSION_MEMORY_MB = 10;
/**
 * Resets that a client has at once, and a second: who opens streams only to reset them makes work that nobody waits for
 * (CVE-2023-44487). Beyond, and after as many frames that are not valid, the connection ends.
 */
const RESETS_BURST = 200;
const RESETS_PER_SECOND = 33;
const INVALID_FRAMES_MAX = 100;
/** PING and SETTINGS of one connection within a second: each makes us answer (CVE-2019-9512, CVE-2019-9515). */
const CONTROL_FRAMES_PER_SECOND = 1000;
/** Between heads that are answered with 431 and those that end the stream unread, so that the usual mistake gets an answer. */
const HEADER_LIST_MARGIN = 4;
/** RFC 9113 section 6.5.2: what a field costs beside its characters. */
const HEADER_LIST_ENTRY_BYTES = 32;
/** The one limit that holds before the client has said that it knows ours: a few bytes can stand for a field of 4 KiB (RFC 7541). */
const HEADER_PAIRS_MAX = 500;
/** How long what still comes of a request that was refused is read, so that the answer is too. */
const REFUSED_LINGER_MS = 1000;
const TICK_MS_MIN = 20;
const TICK_MS_MAX = 500;
const TICKS_PER_TIMEOUT = 10;

interface Connection {
  readonly session: ServerHttp2Session;
  readonly socket: Socket;
  readonly encrypted: boolean;
  readonly peerAddress: string;
  readonly tlsClient: TlsClient | null;
  /** Streams that are not closed. */
  open: number;
  idleSinceMs: number;
  controlFrames: number;
  controlSecond: number;
}

/** HTTP/2 from clients through node:http2: its sessions, on connections that somebody else accepted. */
export class Http2Sessions {
  readonly #options: ListenerOptions;
  readonly #handler: ListenerHandler;
  readonly #deadlines: Deadlines;
  readonly #connections = new Set<Connection>();
  readonly #tickMs: number;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: ListenerOptions, handler: ListenerHandler, deadlines: Deadlines) {
    this.#options = options;
    this.#handler = handler;
    this.#deadlines = deadlines;
    this.#tickMs = Math.max(TICK_MS_MIN, Math.min(TICK_MS_MAX, options.idleTimeoutMs / TICKS_PER_TIMEOUT));
  }

  /** `tlsClient`: what the handshake said of the client. */
  accept(socket: Socket, tlsClient: TlsClient | null): void {
    const session = performServerHandshake(socket, {
      settings: {
        maxConcurrentStreams: STREAMS_MAX,
        initialWindowSize: STREAM_WINDOW_BYTES,
        maxHeaderListSize: this.#options.headerBytes * HEADER_LIST_MARGIN + HEADER_LIST_ENTRY_BYTES,
        enableConnectProtocol: true,
      },
      maxHeaderListPairs: HEADER_PAIRS_MAX,
      maxSessionMemory: SESSION_MEMORY_MB,
      maxSessionInvalidFrames: INVALID_FRAMES_MAX,
      maxSessionRejectedStreams: STREAMS_MAX,
      streamResetBurst: RESETS_BURST,
      streamResetRate: RESETS_PER_SECOND,
      // A backend may repeat a field; to judge that is not the wire's part.
      strictSingleValueFields: false,
    });
    const connection: Connection = {
      session,
      socket,
      encrypted: 'encrypted' in socket,
      peerAddress: plainAddress(socket.remoteAddress ?? ''),
      tlsClient,
      open: 0,
      idleSinceMs: performance.now(),
      controlFrames: 0,
      controlSecond: 0,
    };
    this.#connections.add(connection);
    const controlFrame = () => this.#countControlFrame(connection);
    session.on('stream', (stream, _headers, _flags, list) => this.#onStream(connection, stream, list));
    session.on('ping', controlFrame);
    session.on('remoteSettings', controlFrame);
    session.on('error', () => session.destroy());
    session.on('close', () => this.#connections.delete(connection));
    this.#timer ??= setInterval(this.#tick, this.#tickMs).unref();
  }

  /** No new requests: GOAWAY, and each connection closes behind its last answer. */
  release(): void {
    for (const { session } of this.#connections) session.close();
  }

  /** Cuts what is left. */
  destroy(): void {
    for (const { socket } of this.#connections) socket.destroy();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #onStream(connection: Connection, stream: ServerHttp2Stream, list: readonly string[]): void {
    connection.open++;
    stream.on('close', () => {
      if (--connection.open === 0) connection.idleSinceMs = performance.now();
    });
    // What went wrong shows in how the stream closes.
    stream.on('error', ignore);
    const head = readRequestHead(list, this.#options, connection.encrypted);
    if ('reason' in head) return this.#refuse(stream, head, list);
    const { method, target, fields, length, upgrade } = head;
    const { bodyTimeoutMs, requestTimeoutMs, idleTimeoutMs } = this.#options;
    const deadlines = this.#deadlines;
    const body =
      stream.endAfterHeaders || upgrade !== ''
        ? null
        : new Http2RequestBody(stream, length, head.expectsContinue, { deadlines, bodyTimeoutMs, requestTimeoutMs });
    new Http2Responder(stream, { handler: this.#handler, deadlines, idleTimeoutMs }, body).run({
      method,
      target,
      protocol: 'HTTP/2.0',
      fields: new Fields(fields),
      body,
      peerAddress: connection.peerAddress,
      encrypted: connection.encrypted,
      tlsClient: connection.tlsClient,
      upgrade,
    });
  }

  /** Answers a message that became no exchange; the other streams of the connection are not touched (RFC 9113 section 8.1.1). */
  #refuse(stream: ServerHttp2Stream, { code, reason }: Refusal, list: readonly string[]): void {
    const reply = this.#handler.refuse(code, reason);
    if (stream.closed || stream.destroyed) return;
    const head = [':status', String(reply.status)];
    for (let i = 0; i < reply.fields.length; i += 2) head.push((reply.fields[i] as string).toLowerCase(), reply.fields[i + 1] as string);
    const isHead = list[list.indexOf(':method') + 1] === 'HEAD';
    const body = Buffer.from(reply.body ?? '');
    head.push('content-length', String(body.length));
    stream.respond(head, { endStream: isHead });
    // Closes behind it.
    if (!isHead) stream.end(body);
    stream.resume();
    const timer = setTimeout(() => stream.close(constants.NGHTTP2_NO_ERROR), REFUSED_LINGER_MS);
    stream.once('close', () => clearTimeout(timer));
  }

  #countControlFrame(connection: Connection): void {
    const second = Math.floor(performance.now() / 1000);
    if (second !== connection.controlSecond) {
      connection.controlSecond = second;
      connection.controlFrames = 0;
    }
    if (++connection.controlFrames <= CONTROL_FRAMES_PER_SECOND) return;
    connection.session.destroy(new Error('There are too many control frames'), constants.NGHTTP2_ENHANCE_YOUR_CALM);
  }

  readonly #tick = (): void => {
    if (this.#connections.size === 0) return this.stop();
    const { idleTimeoutMs } = this.#options;
    if (idleTimeoutMs === 0) return;
    const before = performance.now() - idleTimeoutMs;
    for (const connection of this.#connections) {
      if (connection.open > 0 || connection.idleSinceMs > before) continue;
      // Said goodbye already and still there: it does not read.
      if (connection.session.closed) connection.socket.destroy();
      else connection.session.close();
    }
  };
}

function ignore(): void {}

/** A dual-stack socket reports IPv4 clients as IPv4-mapped IPv6 addresses. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

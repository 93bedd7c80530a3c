import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FieldLine, fieldValues, framingOf, MessageSyntaxError, parseHead, readBody } from './http-message.ts';
import { type OriginScript, type OriginStep, WELL_BEHAVED } from './origin-script.ts';
import { PATIENCE_MS, toBuffer } from './raw-client.ts';

/** The request field by which a record finds its script and its requests again. */
export const RECORD_FIELD = 'X-Record';

/** A request as the gateway sent it, growing while it comes. */
export interface OriginRequest {
  /** Number of the connection on which it came, counted from 1. */
  connection: number;
  /** `GET /path HTTP/1.1`. */
  line: string;
  method: string;
  target: string;
  fields: readonly FieldLine[];
  body: Buffer;
  trailers: readonly FieldLine[];
  /** Whether its end came. */
  complete: boolean;
  /** Whether the connection on which it came is gone. */
  closed: boolean;
  /** Value of the record field, or empty. */
  record: string;
}

/** The values of a request's field joined with `, `, or undefined. */
export function requestHeader(request: OriginRequest, name: string): string | undefined {
  const values = fieldValues(request.fields, name);
  return values.length === 0 ? undefined : values.join(', ');
}

/**
 * A backend that answers with exactly the bytes that a test dictates, and that notes every request.
 * It reads strictly: whatever the gateway sends that is not valid HTTP/1.1 is kept in `violations`.
 */
export class ScriptedOrigin {
  readonly requests: OriginRequest[] = [];
  readonly violations: string[] = [];
  /** What is done for requests that no script was set for. */
  fallback: OriginScript = WELL_BEHAVED;
  connections = 0;
  /** Where it listens, or listened before it was stopped. */
  port = 0;
  readonly #scripts = new Map<string, OriginScript>();
  readonly #server: Server;
  readonly #open = new Set<OriginConnection>();
  #waiting: (() => void)[] = [];

  static async start(port = 0): Promise<ScriptedOrigin> {
    const origin = new ScriptedOrigin();
    await new Promise<void>((resolve, reject) => {
      origin.#server.once('error', reject);
      origin.#server.listen(port, '127.0.0.1', resolve);
    });
    const address = origin.#server.address();
    if (typeof address === 'object' && address !== null) origin.port = address.port;
    return origin;
  }

  constructor() {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.connections++;
      const connection = new OriginConnection(socket, this.connections, this);
      this.#open.add(connection);
      socket.once('close', () => this.#open.delete(connection));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get openConnections(): number {
    return this.#open.size;
  }

  /** Sets what is done for requests that carry this value in the record field, or have this path (without query). */
  script(key: string, script: OriginScript): void {
    this.#scripts.set(key, script);
  }

  scriptFor(request: OriginRequest): OriginScript {
    const path = request.target.split('?', 1)[0] ?? '';
    return this.#scripts.get(request.record) ?? this.#scripts.get(path) ?? this.fallback;
  }

  requestsOf(record: string): OriginRequest[] {
    return this.requests.filter((request) => request.record === record);
  }

  /** Waits until a condition on what was noted holds. Rejects when it does not come true. */
  until(what: string, condition: () => boolean, timeoutMs = PATIENCE_MS): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const seen = this.requests.slice(-5).map(({ line, complete, closed }) => ({ line, complete, closed }));
        reject(new Error(`The origin waited ${timeoutMs} ms until ${what}; last requests: ${JSON.stringify(seen)}`));
      }, timeoutMs);
      const check = () => {
        if (!condition()) {
          this.#waiting.push(check);
          return;
        }
        clearTimeout(timer);
        resolve();
      };
      check();
    });
  }

  /** Called by connections whenever something was noted. */
  noticed(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const check of waiting) check();
  }

  /** Stops listening and drops every connection; `start` on the same port brings such a backend back. */
  async stop(): Promise<void> {
    for (const connection of this.#open) connection.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

class OriginConnection {
  readonly #socket: Socket;
  readonly #number: number;
  readonly #origin: ScriptedOrigin;
  #bytes = Buffer.alloc(0);
  #gone = false;
  #ended = false;
  #current: OriginRequest | undefined;
  #bodyStart = 0;
  #requestEnd = 0;
  #echoing = false;
  #waiting: (() => void)[] = [];

  constructor(socket: Socket, number: number, origin: ScriptedOrigin) {
    this.#socket = socket;
    this.#number = number;
    this.#origin = origin;
    socket.on('data', (chunk: Buffer) => {
      if (this.#echoing) {
        socket.write(chunk);
        return;
      }
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#read();
      this.#wake();
    });
    socket.on('end', () => {
      this.#ended = true;
      if (this.#echoing) socket.end();
      this.#wake();
    });
    // A reset by the gateway is one of the expected ends of a connection; 'close' follows it.
    socket.on('error', () => this.#socket.destroy());
    socket.on('close', () => {
      this.#gone = true;
      if (this.#current !== undefined) this.#current.closed = true;
      for (const request of origin.requests) if (request.connection === number) request.closed = true;
      this.#wake();
    });
    this.#serve().then(
      () => this.#socket.end(),
      (error: unknown) => {
        origin.violations.push(`origin: ${error instanceof Error ? error.stack : String(error)}`);
        this.#socket.destroy();
      },
    );
  }

  destroy(): void {
    this.#socket.destroy();
  }

  async #serve(): Promise<void> {
    for (;;) {
      await this.#until(() => this.#current !== undefined || this.#gone || this.#ended);
      const request = this.#current;
      if (request === undefined) return;
      for (const step of this.#origin.scriptFor(request)) {
        if (this.#gone) return;
        await this.#take(step, request);
      }
      await this.#until(() => request.complete || this.#gone || this.#ended);
      if (!request.complete) return;
      this.#bytes = this.#bytes.subarray(this.#requestEnd);
      this.#current = undefined;
      this.#read();
    }
  }

  async #take(step: OriginStep, request: OriginRequest): Promise<void> {
    if (step === 'request-end') await this.#until(() => request.complete || this.#gone || this.#ended);
    else if (step === 'end') this.#socket.end();
    else if (step === 'reset') this.#socket.resetAndDestroy();
    else if (step === 'stall') await this.#until(() => this.#gone || this.#ended);
    else if (step === 'echo') {
      this.#echoing = true;
      const early = this.#bytes.subarray(this.#requestEnd);
      if (early.length > 0) this.#socket.write(early);
      if (this.#ended) this.#socket.end();
      await this.#until(() => this.#gone);
    } else if ('send' in step) await this.#write(toBuffer(step.send));
    else if ('waitMs' in step) await sleep(step.waitMs);
    else if ('waitFor' in step) await step.waitFor;
    else if ('repeat' in step) {
      for (let i = 0; i < step.times && this.#isWritable && !this.#ended; i++) {
        await this.#write(toBuffer(step.repeat));
        if (step.pauseMs !== undefined) await sleep(step.pauseMs);
      }
    } else {
      for (const byte of toBuffer(step.sendByteByByte)) await this.#write(Buffer.of(byte));
    }
  }

  /** Yields to the event loop in any case: a step that writes without end would otherwise never learn that the other side is gone. */
  async #write(bytes: Buffer): Promise<void> {
    const flushed = this.#isWritable && this.#socket.write(bytes);
    await new Promise((resolve) => setImmediate(resolve));
    if (!flushed) await this.#until(() => !this.#isWritable || this.#socket.writableLength < 65_536, 5);
  }

  get #isWritable(): boolean {
    return !this.#gone && !this.#socket.destroyed && !this.#socket.writableEnded;
  }

  #read(): void {
    try {
      if (this.#current === undefined) this.#readHead();
      if (this.#current !== undefined && !this.#current.complete) this.#readBody(this.#current);
    } catch (error) {
      if (!(error instanceof MessageSyntaxError)) throw error;
      this.#origin.violations.push(error.message);
      this.#socket.destroy();
    }
    this.#origin.noticed();
  }

  #readHead(): void {
    const head = parseHead(this.#bytes, 0);
    if (head === undefined) {
      if (this.#bytes.length > 1_000_000) throw new MessageSyntaxError('a request head of more than 1 MB');
      return;
    }
    const match = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64}) (\/[\x21-\x7e]{0,65536}) HTTP\/1\.1$/.exec(head.startLine);
    if (match === null) throw new MessageSyntaxError(`not a request line: ${JSON.stringify(head.startLine.slice(0, 200))}`);
    if (fieldValues(head.fields, 'host').length !== 1) throw new MessageSyntaxError('a request needs exactly one Host');
    this.#bodyStart = head.bodyStart;
    this.#current = {
      connection: this.#number,
      line: head.startLine,
      method: match[1] ?? '',
      target: match[2] ?? '',
      fields: head.fields,
      body: Buffer.alloc(0),
      trailers: [],
      complete: false,
      closed: false,
      record: fieldValues(head.fields, RECORD_FIELD)[0] ?? '',
    };
    this.#origin.requests.push(this.#current);
  }

  #readBody(request: OriginRequest): void {
    const read = readBody(this.#bytes, this.#bodyStart, framingOf(request.fields, 'none'));
    request.body = read.body;
    request.trailers = read.trailers;
    if (read.end === -1) return;
    request.complete = true;
    this.#requestEnd = read.end;
  }

  /** `pollMs`: for conditions that no event of this connection announces. */
  async #until(condition: () => boolean, pollMs = 0): Promise<void> {
    while (!condition()) {
      if (pollMs > 0) await sleep(pollMs);
      else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
    this.#origin.noticed();
  }
}

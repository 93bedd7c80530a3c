import { connect, type Socket } from 'node:net';
import { type HttpResponse, parseResponse } from './http-response.ts';

/** How long a test waits for something that should come at once; only a failing test ever waits this long. */
export const PATIENCE_MS = 5_000;

/** How the other side left: by an orderly end, or by a reset. */
export type ClosedHow = 'end' | 'reset';

/** Bytes to send; a string stands for its Latin-1 bytes, so that `\x00` to `\xff` are themselves. */
export type RawBytes = string | Uint8Array;

/** Thrown when the expected did not come in time, or the connection was closed before it. Shows what came instead. */
export class NoAnswerError extends Error {
  override name = 'NoAnswerError';
}

export function toBuffer(bytes: RawBytes): Buffer {
  return typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes);
}

/** A TCP connection on which a test sends whatever bytes it likes, and which reads responses strictly. */
export class RawClient {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #consumed = 0;
  #closed: ClosedHow | undefined;
  #waiting: (() => void)[] = [];
  /** Interim responses (1xx) that came before the final ones. */
  readonly interim: HttpResponse[] = [];

  /** Resolves when the connection stands; rejects with the system's error when it cannot. */
  static open(port: number, host = '127.0.0.1'): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host, allowHalfOpen: true, noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new RawClient(socket));
      });
    });
  }

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    socket.on('end', () => this.#close('end'));
    socket.on('error', () => this.#close('reset'));
    socket.on('close', () => this.#close('end'));
  }

  /** Everything that came, whether read or not. */
  get received(): Buffer {
    return this.#received;
  }

  /** What came and was not read as a response. */
  get unread(): Buffer {
    return this.#received.subarray(this.#consumed);
  }

  /** How the other side closed, or undefined while it has not. */
  get closedHow(): ClosedHow | undefined {
    return this.#closed;
  }

  send(bytes: RawBytes): void {
    if (!this.#socket.destroyed) this.#socket.write(toBuffer(bytes));
  }

  /**
   * Sends one byte at a time, each in a write of its own, so that every possible cut of the message is seen by the reader.
   * Stops when the other side closes. A text of more than 2,000 bytes is sent in as many pieces.
   */
  async sendByteByByte(bytes: RawBytes): Promise<void> {
    const buffer = toBuffer(bytes);
    const step = Math.max(1, Math.ceil(buffer.length / 2_000));
    for (let i = 0; i < buffer.length && this.#closed === undefined; i += step) {
      this.send(buffer.subarray(i, i + step));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Says that nothing more will be sent, and goes on reading. */
  end(): void {
    this.#socket.end();
  }

  /** Leaves at once with a TCP reset. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /**
   * The next final response; interim ones are collected in `interim`. A response that is cut off by the end of the connection
   * is returned with `complete: false`. Rejects with `NoAnswerError` when none begins or when its end does not come in time.
   */
  async response({ method = 'GET', timeoutMs = PATIENCE_MS } = {}): Promise<HttpResponse> {
    for (;;) {
      const response = await this.message({ method, timeoutMs });
      if (response.status >= 200 || response.status === 101) return response;
      this.interim.push(response);
    }
  }

  /** Like `response`, and interim responses are returned too. */
  message({ method = 'GET', timeoutMs = PATIENCE_MS } = {}): Promise<HttpResponse> {
    return this.#until(timeoutMs, 'a response', () => {
      const ended = this.#closed !== undefined;
      const parsed = parseResponse(this.#received, this.#consumed, method, ended);
      if (parsed !== undefined && (parsed.next !== -1 || ended)) {
        this.#consumed = parsed.next === -1 ? this.#received.length : parsed.next;
        return parsed.response;
      }
      if (ended) throw new NoAnswerError(`Closed (${this.#closed}) without a response; came: ${this.#shown()}`);
      return undefined;
    });
  }

  /** The head of the next response as soon as it is there, without consuming it: for bodies that are still coming. */
  head({ method = 'GET', timeoutMs = PATIENCE_MS } = {}): Promise<HttpResponse> {
    return this.#until(timeoutMs, 'the head of a response', () => {
      const parsed = parseResponse(this.#received, this.#consumed, method, this.#closed !== undefined);
      if (parsed === undefined && this.#closed !== undefined) throw new NoAnswerError(`Closed; came: ${this.#shown()}`);
      return parsed?.response;
    });
  }

  /** Waits until these bytes are among what is not read yet; everything up to and with them counts as read then. */
  async bytes(expected: RawBytes): Promise<void> {
    this.#consumed = await this.waitFor(expected);
  }

  /** Waits until these bytes are among what is not read yet, without reading it: answers the offset behind them. */
  waitFor(expected: RawBytes, timeoutMs = PATIENCE_MS): Promise<number> {
    const wanted = toBuffer(expected);
    const what = JSON.stringify(wanted.toString('latin1'));
    return this.#until(timeoutMs, what, () => {
      const at = this.#received.indexOf(wanted, this.#consumed);
      if (at !== -1) return at + wanted.length;
      if (this.#closed !== undefined) throw new NoAnswerError(`Closed before ${what}; came: ${this.#shown()}`);
      return undefined;
    });
  }

  /** Waits until the other side has closed. Rejects with `NoAnswerError` when it does not. */
  closed(timeoutMs = PATIENCE_MS): Promise<ClosedHow> {
    return this.#until(timeoutMs, 'the end of the connection', () => this.#closed);
  }

  #until<T>(timeoutMs: number, what: string, attempt: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((other) => other !== check);
        reject(new NoAnswerError(`Waited ${timeoutMs} ms for ${what}; came: ${this.#shown()}`));
      }, timeoutMs);
      const check = () => {
        try {
          const result = attempt();
          if (result === undefined) {
            this.#waiting.push(check);
            return;
          }
          clearTimeout(timer);
          resolve(result);
        } catch (error) {
          clearTimeout(timer);
          reject(error);
        }
      };
      check();
    });
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const check of waiting) check();
  }

  #close(how: ClosedHow): void {
    if (this.#closed !== undefined) return;
    this.#closed = how;
    this.#wake();
  }

  #shown(): string {
    const text = this.unread.toString('latin1');
    return text === '' ? 'nothing' : JSON.stringify(text.slice(0, 400));
  }
}

/** Opens a connection, hands it to `use` and destroys it afterwards, whatever happened. */
export async function withClient<T>(port: number, use: (client: RawClient) => Promise<T>): Promise<T> {
  const client = await RawClient.open(port);
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}

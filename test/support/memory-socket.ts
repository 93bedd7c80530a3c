import { Duplex } from 'node:stream';

/**
 * The server's end of a connection that is only in memory: what a listener uses of a `net.Socket`, without the system calls. Thousands
 * of messages a second go through it, and nothing of it waits for anything but the event loop.
 */
export class MemorySocket extends Duplex {
  readonly remoteAddress: string;
  readonly remotePort = 1;
  readonly remoteFamily = 'IPv4';
  readonly localAddress = '127.0.0.1';
  readonly localPort = 80;
  readonly connecting = false;
  bytesRead = 0;
  bytesWritten = 0;
  /** The server has ended its side, or destroyed the connection. */
  isOver = false;
  readonly #written: Buffer[] = [];

  constructor(remoteAddress: string) {
    super({ allowHalfOpen: true });
    this.remoteAddress = remoteAddress;
    this.on('close', () => {
      this.isOver = true;
    });
    // As a socket's: whoever does not listen must not fall for a destroyed connection.
    this.on('error', () => {});
  }

  /** The client sends. Ignored when the connection is over. */
  feed(bytes: Buffer): void {
    if (this.destroyed || this.readableEnded) return;
    this.bytesRead += bytes.length;
    this.push(bytes);
  }

  /** The client ends its side. */
  feedEnd(): void {
    if (!this.destroyed) this.push(null);
  }

  /** Everything that the server has written. */
  get written(): Buffer {
    return Buffer.concat(this.#written);
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.bytesWritten += chunk.length;
    this.#written.push(chunk);
    callback();
  }

  override _final(callback: () => void): void {
    this.isOver = true;
    callback();
  }

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  resetAndDestroy(): this {
    return this.destroy();
  }
}

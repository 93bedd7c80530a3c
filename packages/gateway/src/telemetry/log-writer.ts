import { fstatSync, openSync } from 'node:fs';
import { destination } from 'pino';

/** Linux takes up to this many bytes into a pipe whole (PIPE_BUF): more could be mixed with what other threads write. */
const PIPE_BATCH_BYTES = 4096;
/** One write to a file that is open for appending is whole, whatever its size. */
const FILE_BATCH_BYTES = 16 * 1024;
const FILE_WRITE_BYTES = 64 * 1024;
/** What may wait for a slow disk or reader; beyond it, lines are dropped. */
const WAITING_BYTES_MAX = 4 * 1024 * 1024;
/** How long a line waits at most for others to be written with. */
const FLUSH_MS = 200;
const CLOSE_MS = 1000;
/** Group may read, the world not: the log says who called. */
const FILE_MODE = 0o640;

export interface LogWriterOptions {
  /** Path of a file to append to, or a descriptor that is open, such as 1. */
  to: string | number;
  /** Lines that are lost because too much waits or nobody reads any more. */
  onDropped(lines: number): void;
  /** The first failure of a series; what waits is kept and tried again with what comes. */
  onError(error: Error): void;
}

type Stream = ReturnType<typeof destination>;

/**
 * Writes lines of ASCII text to a file or a pipe, several at a time and whole, off the request path. A full disk or a reader that is
 * gone costs lines, which are counted, never a request and never more than a few megabytes.
 */
export class LogWriter {
  readonly #options: LogWriterOptions;
  #stream: Stream;
  readonly #batchBytesMax: number;
  #batch = '';
  #lines = 0;
  readonly #timer: NodeJS.Timeout;
  #waiting = false;
  #failing = false;
  #brokenPipe = false;
  #closed: Promise<void> | null = null;

  /** Throws when the file cannot be opened. */
  constructor(options: LogWriterOptions) {
    this.#options = options;
    const descriptor = typeof options.to === 'number' ? options.to : openSync(options.to, 'a', FILE_MODE);
    const file = fstatSync(descriptor).isFile();
    this.#batchBytesMax = file ? FILE_BATCH_BYTES : PIPE_BATCH_BYTES;
    this.#stream = this.#open(descriptor, file ? FILE_WRITE_BYTES : PIPE_BATCH_BYTES);
    this.#timer = setTimeout(() => this.#flush(), FLUSH_MS).unref();
  }

  /** Takes one or more whole lines. Never throws. */
  write(line: string): void {
    if (this.#closed !== null) return this.#options.onDropped(1);
    if (this.#batch.length + line.length > this.#batchBytesMax) this.#flush();
    this.#batch += line;
    this.#lines++;
    if (this.#waiting) return;
    this.#waiting = true;
    this.#timer.refresh();
  }

  /** Opens the file anew under its name, after a rotation; what was written before goes to the old one. Keeps the old one when that fails. */
  reopen(): void {
    const { to, onError } = this.#options;
    if (typeof to === 'number' || this.#closed !== null) return;
    let descriptor: number;
    try {
      descriptor = openSync(to, 'a', FILE_MODE);
    } catch (error) {
      onError(error as Error);
      return;
    }
    this.#flush();
    const old = this.#stream;
    this.#stream = this.#open(descriptor, FILE_WRITE_BYTES);
    this.#failing = false;
    old.end();
  }

  /** Writes what waits, within a second, and closes the file. Lines that come later are dropped. */
  close(): Promise<void> {
    if (this.#closed !== null) return this.#closed;
    this.#flush();
    clearTimeout(this.#timer);
    const stream = this.#stream;
    this.#closed = new Promise((resolve) => {
      if (this.#brokenPipe) return resolve();
      const done = () => {
        clearTimeout(limit);
        stream.destroy();
        resolve();
      };
      const limit = setTimeout(done, CLOSE_MS);
      stream.once('close', done);
      stream.once('error', done);
      stream.end();
    });
    return this.#closed;
  }

  #flush(): void {
    const batch = this.#batch;
    const lines = this.#lines;
    this.#waiting = false;
    if (lines === 0) return;
    this.#batch = '';
    this.#lines = 0;
    if (this.#brokenPipe) this.#options.onDropped(lines);
    else this.#stream.write(batch);
  }

  #open(descriptor: number, writeBytesMax: number): Stream {
    const stream = destination({ dest: descriptor, sync: false, minLength: 0, maxWrite: writeBytesMax, maxLength: WAITING_BYTES_MAX });
    stream.on('drop', (batch: string) => this.#options.onDropped(countLines(batch)));
    stream.on('drain', () => {
      if (stream === this.#stream) this.#failing = false;
    });
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // What was rotated away and cannot be written will not be tried again.
      if (stream !== this.#stream) return stream.destroy();
      if (error.code === 'EPIPE') this.#brokenPipe = true;
      if (this.#failing) return;
      this.#failing = true;
      this.#options.onError(error);
    });
    return stream;
  }
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

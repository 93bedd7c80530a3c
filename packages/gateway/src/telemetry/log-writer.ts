import { constants, fstatSync, openSync } from 'node:fs';
import { destination } from 'pino';

/** Linux takes up to this many bytes into a pipe whole (PIPE_BUF): more could be mixed with what other threads write. */
const PIPE_BATCH_BYTES = 4096;
/** One write to a file that is open for appending is whole, whatever its size. */
const FILE_BATCH_BYTES = 64 * 1024;
const FILE_WRITE_BYTES = 64 * 1024;
/** What may wait for a slow disk or reader; beyond it, lines are dropped. */
const WAITING_BYTES_MAX = 4 * 1024 * 1024;
/** How long a line waits at most for others to be written with. */
const FLUSH_MS = 200;
/** How long to leave a full pipe to its reader. */
const PIPE_FULL_MS = 5;
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

/** An open file or pipe, and what was given to it. */
interface Output {
  stream: ReturnType<typeof destination>;
  /** Batches that are not written yet, the oldest first. */
  waiting: { bytes: number; lines: number }[];
  /** Bytes of the oldest one that are written. */
  writtenBytes: number;
  failing: boolean;
  /** Nobody reads any more. */
  broken: boolean;
}

/**
 * Writes lines of ASCII text to a file or a pipe, several at a time and whole. A full disk or a reader that is
 * slow or gone costs lines, which are counted, never a request and never more than a few megabytes.
 */
export class LogWriter {
  readonly #options: LogWriterOptions;
  /** Batches go to a file in the thread itself, as nginx does it, and to a pipe in the background. */
  readonly #isFile: boolean;
  readonly #batchBytesMax: number;
  readonly #writeBytesMax: number;
  readonly #timer: NodeJS.Timeout;
  #output: Output;
  #batch = '';
  #lines = 0;
  #timing = false;
  #closed: Promise<void> | null = null;

  /** Throws when the file cannot be opened. */
  constructor(options: LogWriterOptions) {
    this.#options = options;
    const descriptor = typeof options.to === 'number' ? ownPipe(options.to) : openFile(options.to);
    const isFile = fstatSync(descriptor).isFile();
    this.#isFile = isFile;
    this.#batchBytesMax = isFile ? FILE_BATCH_BYTES : PIPE_BATCH_BYTES;
    this.#writeBytesMax = isFile ? FILE_WRITE_BYTES : PIPE_BATCH_BYTES;
    this.#output = this.#open(descriptor);
    this.#timer = setTimeout(() => this.#flush(), FLUSH_MS).unref();
  }

  /** Takes one whole line. Never throws. */
  write(line: string): void {
    if (this.#closed !== null) return this.#options.onDropped(1);
    if (this.#batch.length + line.length > this.#batchBytesMax) this.#flush();
    this.#batch += line;
    this.#lines++;
    if (this.#timing) return;
    this.#timing = true;
    this.#timer.refresh();
  }

  /** Opens the file anew under its name, after a rotation; what came before goes to the old one, which is kept when the new one cannot be had. */
  reopen(): void {
    const { to, onError } = this.#options;
    if (typeof to === 'number' || this.#closed !== null) return;
    this.#flush();
    try {
      const next = this.#open(openFile(to));
      // Not sonic-boom's own reopen(): tried again after a failure, it closes the old descriptor twice, and by then it may be another's.
      this.#output.stream.end();
      this.#output = next;
    } catch (error) {
      onError(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Writes what waits, within a second, and closes the file. Lines that come later are dropped. */
  close(): Promise<void> {
    if (this.#closed !== null) return this.#closed;
    this.#flush();
    clearTimeout(this.#timer);
    const output = this.#output;
    const { stream } = output;
    this.#closed = new Promise((resolve) => {
      const done = () => {
        clearTimeout(limit);
        this.#lose(output);
        stream.destroy();
        resolve();
      };
      const limit = setTimeout(done, CLOSE_MS);
      if (output.broken || output.failing) return done();
      stream.once('close', done);
      stream.end();
    });
    return this.#closed;
  }

  #flush(): void {
    const output = this.#output;
    const batch = this.#batch;
    const lines = this.#lines;
    this.#timing = false;
    if (lines === 0) return;
    this.#batch = '';
    this.#lines = 0;
    // Lines are ASCII: as many bytes as characters.
    output.waiting.push({ bytes: batch.length, lines });
    if (output.broken) this.#lose(output);
    else writeBytes(output.stream, Buffer.from(batch, 'latin1'));
  }

  #open(descriptor: number): Output {
    const stream = destination({
      dest: descriptor,
      // A batch is in the page cache in some 30 µs; handing it to another thread and back takes five times the CPU (docs/performance.md).
      // A pipe can stand still for as long as its reader does, so it never blocks this thread.
      sync: this.#isFile,
      contentMode: 'buffer',
      minLength: 0,
      maxWrite: this.#writeBytesMax,
      maxLength: WAITING_BYTES_MAX,
      retryEAGAIN: () => false,
    });
    const output: Output = { stream, waiting: [], writtenBytes: 0, failing: false, broken: false };
    stream.on('write', (bytes: number) => {
      const { waiting } = output;
      output.failing = false;
      output.writtenBytes += bytes;
      for (let oldest = waiting[0]; oldest !== undefined && oldest.bytes <= output.writtenBytes; oldest = waiting[0]) {
        output.writtenBytes -= oldest.bytes;
        waiting.shift();
      }
    });
    // Emitted within `write`: it is the youngest.
    stream.on('drop', () => this.#options.onDropped(output.waiting.pop()?.lines ?? 0));
    stream.on('error', (error: NodeJS.ErrnoException) => this.#failed(output, error));
    return output;
  }

  #failed(output: Output, error: NodeJS.ErrnoException): void {
    const { stream } = output;
    if (error.code === 'EAGAIN' || error.code === 'EBUSY') {
      // Ours and not sonic-boom's: it waits 100 ms, in which a busy pipe runs dry. An empty write begins anew with what it kept.
      setTimeout(() => {
        if (!('destroyed' in stream && stream.destroyed === true)) writeBytes(stream, NOTHING);
      }, PIPE_FULL_MS).unref();
      return;
    }
    if (error.code === 'EPIPE') output.broken = true;
    if (output.broken || output !== this.#output || this.#closed !== null) {
      this.#lose(output);
      stream.destroy();
    }
    if (output.failing) return;
    output.failing = true;
    this.#options.onError(error);
  }

  /** What waits will not be written. */
  #lose(output: Output): void {
    let lines = 0;
    for (const batch of output.waiting) lines += batch.lines;
    output.waiting = [];
    if (lines > 0) this.#options.onDropped(lines);
  }
}

const NOTHING = Buffer.alloc(0);

/** sonic-boom's type knows text only. As text it would encode everything twice, as UTF-8, which takes longer than all else here. */
function writeBytes(stream: Output['stream'], bytes: Buffer): void {
  stream.write(bytes as unknown as string);
}

function openFile(path: string): number {
  return openSync(path, 'a', FILE_MODE);
}

/**
 * A pipe that does not block: with the one that we were given, a reader that stands still would hold a thread of libuv's pool for each of
 * ours, until nothing was left for files and names. Linux opens a pipe's descriptor anew with flags of its own.
 */
function ownPipe(descriptor: number): number {
  if (!fstatSync(descriptor).isFIFO()) return descriptor;
  try {
    return openSync(`/dev/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    // It belongs to another user, or there is no /dev/fd: then the one that we have must do.
    return descriptor;
  }
}

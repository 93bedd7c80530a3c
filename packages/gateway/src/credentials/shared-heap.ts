import { EPOCH, heapStart, READERS, readerWord } from './layout.ts';

const WORD_BYTES = 4;
/** Reserved, not used: what may be mapped at most, and where that cannot be had, less. */
const BYTES_MAX = 2 ** 30;
const BYTES_MAX_LEAST = 2 ** 26;
const GROWTH_BYTES = 2 ** 18;

/** There is no room for more credentials. The message goes to the operator. */
export class CredentialsFullError extends Error {
  override name = 'CredentialsFullError';
}

/** Memory for credentials, zeroed, with room for `readers` readers; grows when it is needed. */
export function createCredentialMemory(readers: number): SharedArrayBuffer {
  for (let maxByteLength = BYTES_MAX; ; maxByteLength /= 2) {
    try {
      const buffer = new SharedArrayBuffer(GROWTH_BYTES, { maxByteLength });
      const words = new Int32Array(buffer);
      words[READERS] = readers;
      words[EPOCH] = 1;
      return buffer;
    } catch (error) {
      // A process that may not reserve so much address space.
      if (!(error instanceof RangeError) || maxByteLength <= BYTES_MAX_LEAST) throw error;
    }
  }
}

interface Retired {
  block: number;
  size: number;
  epoch: number;
}

/**
 * Gives out blocks of shared memory and takes them back. Used by the one writer. A block that readers may still be in is reused only when
 * all of them have left it: each reader says, before it looks at anything, at which epoch it began, and everything that is taken out of
 * sight ends an epoch. Readers never wait, and neither does the writer: what cannot be reused yet is looked at again the next time.
 */
export class SharedHeap {
  readonly buffer: SharedArrayBuffer;
  words: Int32Array;
  bytes: Buffer;
  readonly #readers: number;
  readonly #free = new Map<number, number[]>();
  #retired: Retired[] = [];
  /** Everything from here on was never used. */
  #end: number;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.words = new Int32Array(buffer, 0, buffer.byteLength / WORD_BYTES);
    this.bytes = Buffer.from(buffer, 0, buffer.byteLength);
    this.#readers = this.words[READERS] as number;
    this.#end = heapStart(this.#readers);
  }

  /** A block of at least that many words, its size in its first, the others with whatever was there. Throws `CredentialsFullError`. */
  allocate(wanted: number): number {
    const size = sizeClass(wanted);
    this.reclaim();
    let block = this.#free.get(size)?.pop();
    if (block === undefined) {
      block = this.#end;
      this.#growTo((block + size) * WORD_BYTES);
      this.#end = block + size;
    }
    this.words[block] = size;
    return block;
  }

  /** Takes back a block that nothing points to any more. */
  retire(block: number): void {
    const epoch = Atomics.load(this.words, EPOCH);
    this.#retired.push({ block, size: this.words[block] as number, epoch });
    Atomics.store(this.words, EPOCH, ((epoch + 1) | 0) === 0 ? 1 : (epoch + 1) | 0);
  }

  /** Takes back a block that nobody has ever seen. */
  drop(block: number): void {
    this.#release(block, this.words[block] as number);
  }

  /** Frees what no reader can be in any more. */
  reclaim(): void {
    if (this.#retired.length === 0) return;
    const reading: number[] = [];
    for (let reader = 0; reader < this.#readers; reader++) {
      const since = Atomics.load(this.words, readerWord(reader));
      if (since !== 0) reading.push(since);
    }
    const kept: Retired[] = [];
    for (const retired of this.#retired) {
      // Epochs wrap around, so they are compared by their distance.
      if (reading.every((since) => ((since - retired.epoch) | 0) > 0)) this.#release(retired.block, retired.size);
      else kept.push(retired);
    }
    this.#retired = kept;
  }

  /** Words that were ever given out, and of them those that wait for readers. For tests and figures. */
  get usage(): { words: number; retired: number } {
    return { words: this.#end, retired: this.#retired.reduce((sum, { size }) => sum + size, 0) };
  }

  #release(block: number, size: number): void {
    const free = this.#free.get(size);
    if (free === undefined) this.#free.set(size, [block]);
    else free.push(block);
  }

  #growTo(byteLength: number): void {
    if (byteLength <= this.buffer.byteLength) return;
    const wanted = Math.ceil(Math.max(byteLength, this.buffer.byteLength * 1.25) / GROWTH_BYTES) * GROWTH_BYTES;
    const next = Math.min(wanted, this.buffer.maxByteLength);
    if (next < byteLength) throw new CredentialsFullError(`The credentials take more than ${this.buffer.maxByteLength / 2 ** 20} MiB`);
    try {
      this.buffer.grow(next);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new CredentialsFullError(`There is no memory for more credentials (${next / 2 ** 20} MiB)`);
    }
    this.words = new Int32Array(this.buffer, 0, next / WORD_BYTES);
    this.bytes = Buffer.from(this.buffer, 0, next);
  }
}

/** Few sizes, so that what one app leaves fits the next: multiples of eight words, from 64 on four steps to each doubling. */
function sizeClass(words: number): number {
  if (words <= 64) return Math.max(8, Math.ceil(words / 8) * 8);
  const step = 2 ** (Math.ceil(Math.log2(words)) - 3);
  return Math.ceil(words / step) * step;
}

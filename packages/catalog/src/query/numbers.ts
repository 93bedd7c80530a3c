const CHUNK_BITS = 14;
const CHUNK = 1 << CHUNK_BITS;
const MASK = CHUNK - 1;
const EMPTY = new Uint32Array(0);

/**
 * A list of 32-bit numbers that grows in chunks of 64 KiB: one array that is copied whenever it is too small leaves holes of every
 * size behind, which in a process with some tens of such lists come to as much memory as the lists themselves. What was never set is 0.
 */
export class Numbers {
  #first: Uint32Array<ArrayBuffer> = EMPTY;
  readonly #chunks: Uint32Array[] = [];

  get(at: number): number {
    if (at < CHUNK) return this.#first[at] ?? 0;
    return this.#chunks[(at >>> CHUNK_BITS) - 1]?.[at & MASK] ?? 0;
  }

  set(at: number, value: number): void {
    if (at < this.#first.length) this.#first[at] = value;
    else if (at < CHUNK) this.#growFirst(at)[at] = value;
    else this.#chunkOf(at)[at & MASK] = value;
  }

  /** All numbers, in pieces whose lengths can be divided by four: for loops over all of them. Zeros may follow the last one. */
  get chunks(): readonly Uint32Array[] {
    return [this.#first, ...this.#chunks];
  }

  /** Gives back room that was taken in advance, beyond `length`. */
  trim(length: number): void {
    if (length < this.#first.length) this.#first = this.#first.slice(0, length);
  }

  #growFirst(at: number): Uint32Array {
    const larger = new Uint32Array(Math.min(CHUNK, Math.max((at + 4) & ~3, 2 * this.#first.length)));
    larger.set(this.#first);
    this.#first = larger;
    return larger;
  }

  #chunkOf(at: number): Uint32Array {
    if (this.#first.length < CHUNK) this.#growFirst(CHUNK - 1);
    const number = (at >>> CHUNK_BITS) - 1;
    while (this.#chunks.length <= number) this.#chunks.push(new Uint32Array(CHUNK));
    return this.#chunks[number] ?? EMPTY;
  }
}

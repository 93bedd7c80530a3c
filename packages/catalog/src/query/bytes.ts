const CHUNK_BITS = 16;
const CHUNK = 1 << CHUNK_BITS;
const MASK = CHUNK - 1;

/** A list of bytes that grows in chunks of 64 KiB, for the reasons of `Numbers`. What was never set is 0. */
export class Bytes {
  readonly #chunks: Uint8Array[] = [];

  get(at: number): number {
    return this.#chunks[at >>> CHUNK_BITS]?.[at & MASK] ?? 0;
  }

  set(at: number, value: number): void {
    const chunk = this.#chunks[at >>> CHUNK_BITS];
    if (chunk !== undefined && (at & MASK) < chunk.length) chunk[at & MASK] = value;
    else this.#grow(at)[at & MASK] = value;
  }

  /** A number that `setVarint` wrote; the next one begins `varintLength` of it later. */
  getVarint(at: number): number {
    let byte = this.get(at);
    let value = byte & 0x7f;
    for (let shift = 7; byte > 0x7f; shift += 7) {
      byte = this.get(++at);
      value |= (byte & 0x7f) << shift;
    }
    return value >>> 0;
  }

  /** Writes a number below 2 ** 32 in one to five bytes, the low bits first (LEB128), and returns where the next one begins. */
  setVarint(at: number, value: number): number {
    let rest = value;
    let end = at;
    for (; rest > 0x7f; rest >>>= 7) this.set(end++, (rest & 0x7f) | 0x80);
    this.set(end++, rest);
    return end;
  }

  /** Gives back room that was taken in advance, beyond `length`. */
  trim(length: number): void {
    const [first] = this.#chunks;
    if (first !== undefined && length < first.length) this.#chunks[0] = first.slice(0, length);
  }

  /** Only the first chunk begins small: most lists are short. */
  #grow(at: number): Uint8Array {
    const number = at >>> CHUNK_BITS;
    for (let before = 0; before < number; before++) this.#enlarge(before, CHUNK);
    return this.#enlarge(number, number > 0 ? CHUNK : Math.min(CHUNK, Math.max(at + 8, 2 * (this.#chunks[0]?.length ?? 0))));
  }

  #enlarge(number: number, length: number): Uint8Array {
    const known = this.#chunks[number];
    if (known !== undefined && known.length >= length) return known;
    const larger = new Uint8Array(length);
    if (known !== undefined) larger.set(known);
    this.#chunks[number] = larger;
    return larger;
  }
}

/** How many bytes `Bytes.setVarint` takes for a number. */
export function varintLength(value: number): number {
  if (value < 2 ** 7) return 1;
  if (value < 2 ** 14) return 2;
  if (value < 2 ** 21) return 3;
  return value < 2 ** 28 ? 4 : 5;
}

/**
 * HalfSipHash-1-3 with 64 bits of result over the UTF-16 units of a string: a keyed function made for hash tables that strangers fill.
 * Whoever does not know the key cannot find texts that collide, which they can with plain hashes, seeded or not.
 * Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF", and its 32-bit variant as used by the Linux kernel.
 * The result is left in two properties, so that hashing allocates nothing.
 */
export class KeyedHash {
  /** The two halves of the last result, as signed 32-bit numbers. */
  high = 0;
  low = 0;
  readonly #key0: number;
  readonly #key1: number;

  /** The key: two random 32-bit numbers. */
  constructor(key0: number, key1: number) {
    this.#key0 = key0 | 0;
    this.#key1 = key1 | 0;
  }

  /** Hashes `prefix` (a 32-bit number) followed by the text into `high` and `low`. */
  compute(prefix: number, text: string): void {
    let v0 = this.#key0;
    let v1 = this.#key1 ^ 0xee;
    let v2 = this.#key0 ^ 0x6c796765;
    let v3 = this.#key1 ^ 0x74656462;
    const { length } = text;
    const pairs = length >> 1;
    for (let i = -1; i <= pairs; i++) {
      let word: number;
      if (i === -1) word = prefix;
      else if (i < pairs) word = text.charCodeAt(2 * i) | (text.charCodeAt(2 * i + 1) << 16);
      else word = (length << 24) | ((length & 1) === 1 ? text.charCodeAt(length - 1) : 0);
      v3 ^= word;
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
      v0 ^= word;
    }
    v2 ^= 0xee;
    for (let round = 0; round < 6; round++) {
      if (round === 3) {
        this.high = v1 ^ v3;
        v1 ^= 0xdd;
      }
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
    }
    this.low = v1 ^ v3;
  }
}

import { Numbers } from './numbers.ts';

const CHUNK_BITS = 16;
const CHUNK = 1 << CHUNK_BITS;
const EMPTY = Buffer.alloc(0);

/** Texts (UTF-8) one after the other in chunks of bytes, numbered from 0. A text is never longer than a chunk and never in two. */
export class TextBlock {
  readonly #chunks: Buffer[] = [];
  /** Where each text begins, and how many bytes it has. */
  readonly #starts = new Numbers();
  readonly #lengths = new Numbers();
  #used = 0;
  size = 0;

  append(text: Uint8Array): number {
    if (text.length > CHUNK) throw new RangeError(`A text of ${text.length} bytes is too long for the index`);
    if ((this.#used & (CHUNK - 1)) + text.length > CHUNK) this.#used = (this.#used + CHUNK) & ~(CHUNK - 1);
    const chunk = this.#room(this.#used, text.length);
    const start = this.#used & (CHUNK - 1);
    for (let at = 0; at < text.length; at++) chunk[start + at] = text[at] ?? 0;
    const id = this.size++;
    this.#starts.set(id, this.#used);
    this.#lengths.set(id, text.length);
    this.#used += text.length;
    return id;
  }

  text(id: number): string {
    const start = this.#starts.get(id);
    const at = start & (CHUNK - 1);
    return this.#chunk(start).toString('utf8', at, at + this.#lengths.get(id));
  }

  bytes(id: number): Uint8Array {
    const start = this.#starts.get(id);
    const at = start & (CHUNK - 1);
    return this.#chunk(start).subarray(at, at + this.#lengths.get(id));
  }

  equals(id: number, text: Uint8Array): boolean {
    return this.#lengths.get(id) === text.length && this.#isAt(this.#starts.get(id), text);
  }

  startsWith(id: number, text: Uint8Array): boolean {
    return this.#lengths.get(id) >= text.length && this.#isAt(this.#starts.get(id), text);
  }

  includes(id: number, text: Uint8Array): boolean {
    const start = this.#starts.get(id);
    const chunk = this.#chunk(start);
    const first = text[0];
    const begin = start & (CHUNK - 1);
    const last = begin + this.#lengths.get(id) - text.length;
    for (let at = begin; at <= last; at++) if (chunk[at] === first && isAt(chunk, at, text)) return true;
    return false;
  }

  /** Gives back room that was taken in advance. */
  trim(): void {
    this.#starts.trim(this.size);
    this.#lengths.trim(this.size);
    const only = this.#chunks.length === 1 ? this.#chunks[0] : undefined;
    if (only !== undefined && only.length > this.#used) this.#chunks[0] = Buffer.from(only.subarray(0, this.#used));
  }

  /** The chunk of byte `at`, with room for `length` bytes there. Only the first one begins small: most keys have few values. */
  #room(at: number, length: number): Buffer {
    const number = at >>> CHUNK_BITS;
    const needed = (at & (CHUNK - 1)) + length;
    const known = this.#chunks[number];
    if (known !== undefined && known.length >= needed) return known;
    const larger = Buffer.alloc(number > 0 ? CHUNK : Math.min(CHUNK, Math.max(needed, 2 * (known?.length ?? 0))));
    if (known !== undefined) known.copy(larger);
    this.#chunks[number] = larger;
    return larger;
  }

  #chunk(start: number): Buffer {
    return this.#chunks[start >>> CHUNK_BITS] ?? EMPTY;
  }

  #isAt(start: number, text: Uint8Array): boolean {
    return isAt(this.#chunk(start), start & (CHUNK - 1), text);
  }
}

function isAt(chunk: Uint8Array, start: number, text: Uint8Array): boolean {
  for (let at = 0; at < text.length; at++) if (chunk[start + at] !== text[at]) return false;
  return true;
}

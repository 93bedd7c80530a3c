import { Numbers } from './numbers.ts';
import { fromOwnCase, toOwnCase } from './own-case.ts';
import { TextBlock } from './text-block.ts';

/** Numbers take the low bits of a place in the table; above is a part of the hash, so that hardly any other text is looked at. */
const NUMBER_BITS = 24;
const NUMBER_MASK = (1 << NUMBER_BITS) - 1;

/** Values of keys with few of them (kinds, types, owners) are found without looking at their bytes. */
const RECENT_MAX = 256;

/**
 * Distinct texts, numbered from 0, in one block of bytes: a hundred thousand strings as objects would take several times the room
 * and the collector's time. Each is kept in lower case, by which it is found, and apart from that how its own case differs.
 */
export class Dictionary {
  readonly #lower = new TextBlock();
  /** In the order of their numbers, those whose own case differs; `#ownOf` says which one is whose, + 1. */
  #own: TextBlock | undefined;
  readonly #ownOf = new Numbers();
  /** Open addressing by the hash of the lower-case form: number + 1, and a part of the hash. */
  #table = new Uint32Array(4);
  readonly #recent = new Map<string, number>();
  /** Which triples of bytes a text has, as `MARK_WORDS` words of bits; made when texts are searched for a part first. */
  readonly #marks = new Numbers();
  #marked = 0;

  get size(): number {
    return this.#lower.size;
  }

  /** The number of `text`, which gets one when it has none. */
  intern(text: string): number {
    const recent = this.#recent.get(text);
    if (recent !== undefined) return recent;
    const id = this.#intern(text);
    if (this.size <= RECENT_MAX) this.#recent.set(text, id);
    else if (this.#recent.size > 0) this.#recent.clear();
    return id;
  }

  /** The numbers of all texts that are `lower` in lower case. */
  find(lower: string): number[] {
    const ids: number[] = [];
    const bytes = toBytes(lower);
    const hash = hashOf(bytes);
    for (let at = this.#slotOf(hash); ; at = this.#after(at)) {
      const slot = this.#table[at] ?? 0;
      if (slot === 0) return ids;
      const id = (slot & NUMBER_MASK) - 1;
      if (slot >>> NUMBER_BITS === hash >>> NUMBER_BITS && this.#lower.equals(id, bytes)) ids.push(id);
    }
  }

  /** The text in its own case. */
  text(id: number): string {
    const own = this.#ownOf.get(id);
    return own === 0 || this.#own === undefined ? this.#lower.text(id) : fromOwnCase(this.#own.bytes(own - 1), () => this.#lower.text(id));
  }

  lower(id: number): string {
    return this.#lower.text(id);
  }

  /** Calls `visit` with each text that begins with `prefix` in lower case. */
  withPrefix(prefix: string, visit: (id: number) => void): void {
    for (const id of this.#lower.withPrefix(toBytes(prefix))) visit(id);
  }

  /** Calls `visit` with each text that contains `part` in lower case. */
  withPart(part: string, visit: (id: number) => void): void {
    const wanted = Uint8Array.from(toBytes(part));
    this.#mark();
    const [first, second, third, fourth] = marksOf(wanted);
    let id = 0;
    for (const marks of this.#marks.chunks) {
      const end = Math.min(marks.length, MARK_WORDS * (this.size - id));
      for (let at = 0; at < end; at += MARK_WORDS) {
        if (
          ((marks[at] ?? 0) & first) === first &&
          ((marks[at + 1] ?? 0) & second) === second &&
          ((marks[at + 2] ?? 0) & third) === third &&
          ((marks[at + 3] ?? 0) & fourth) === fourth &&
          this.#lower.includes(id + at / MARK_WORDS, wanted)
        ) {
          visit(id + at / MARK_WORDS);
        }
      }
      id += marks.length / MARK_WORDS;
    }
  }

  /** Gives back room that was taken in advance. */
  trim(): void {
    this.#lower.trim();
    this.#own?.trim();
    this.#ownOf.trim(this.size);
  }

  #intern(text: string): number {
    const lower = text.toLowerCase();
    const own = lower === text ? undefined : toOwnCase(text, lower);
    const bytes = toBytes(lower);
    const hash = hashOf(bytes);
    for (let at = this.#slotOf(hash); ; at = this.#after(at)) {
      const slot = this.#table[at] ?? 0;
      if (slot === 0) {
        const id = this.#lower.append(bytes);
        if (id === NUMBER_MASK) throw new RangeError('Too many different texts for the index');
        this.#table[at] = toSlot(id, hash);
        if (own !== undefined) this.#setOwn(id, own);
        if (this.size * 8 > this.#table.length * 7) this.#rehash();
        return id;
      }
      const id = (slot & NUMBER_MASK) - 1;
      if (slot >>> NUMBER_BITS === hash >>> NUMBER_BITS && this.#lower.equals(id, bytes) && this.#hasOwn(id, own)) return id;
    }
  }

  #hasOwn(id: number, own: Uint8Array | undefined): boolean {
    const known = this.#ownOf.get(id);
    return known === 0 ? own === undefined : own !== undefined && this.#own?.equals(known - 1, own) === true;
  }

  #setOwn(id: number, own: Uint8Array): void {
    this.#own ??= new TextBlock();
    this.#ownOf.set(id, this.#own.append(own) + 1);
  }

  #rehash(): void {
    this.#table = new Uint32Array(this.#table.length * 2);
    for (let id = 0; id < this.size; id++) {
      const hash = hashOf(this.#lower.bytes(id));
      let at = this.#slotOf(hash);
      while (this.#table[at] !== 0) at = this.#after(at);
      this.#table[at] = toSlot(id, hash);
    }
  }

  #slotOf(hash: number): number {
    return hash & (this.#table.length - 1);
  }

  #after(at: number): number {
    return (at + 1) & (this.#table.length - 1);
  }

  #mark(): void {
    for (; this.#marked < this.size; this.#marked++) {
      const bytes = this.#lower.bytes(this.#marked);
      for (const [at, word] of marksOf(bytes).entries()) this.#marks.set(MARK_WORDS * this.#marked + at, word);
    }
  }
}

const MARK_WORDS = 4;

/** One of 128 bits for each triple of bytes: what contains a text has its bits. A sentence sets a third of them, a name a fifth. */
function marksOf(bytes: Uint8Array): [number, number, number, number] {
  const words: [number, number, number, number] = [0, 0, 0, 0];
  for (let at = 0; at + 2 < bytes.length; at++) {
    const triple = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const bit = Math.imul(triple, 0x9e3779b1) >>> 25;
    const word = (bit >>> 5) as 0 | 1 | 2 | 3;
    words[word] |= 1 << (bit & 31);
  }
  return words;
}

function toSlot(id: number, hash: number): number {
  return ((hash & ~NUMBER_MASK) | (id + 1)) >>> 0;
}

/** FNV-1a, then mixed, since its low bits say where to look. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < bytes.length; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  hash ^= hash >>> 15;
  return hash ^ (hash >>> 7);
}

const encoder = new TextEncoder();
const scratch = new Uint8Array(1_024);

/** The bytes of `text`, valid until the next call. Most are short and ASCII, for which a call of the encoder takes longer. */
function toBytes(text: string): Uint8Array {
  const { length } = text;
  if (length > scratch.length) return encoder.encode(text);
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code > 127) return encoder.encode(text);
    scratch[at] = code;
  }
  return scratch.subarray(0, length);
}

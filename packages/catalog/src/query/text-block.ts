import { Numbers } from './numbers.ts';

const CHUNK_BITS = 16;
const CHUNK = 1 << CHUNK_BITS;
const MASK = CHUNK - 1;
const GROUP_BITS = 4;
const GROUP = 1 << GROUP_BITS;
/** A group of the longest texts still fits into a chunk. */
const BYTES_MAX = 4_000;
const SHARED_MAX = 127;
const EMPTY = Buffer.alloc(0);

/** Where a text was found: a part of the first one of its group, bytes of its own, and again a part of the first one. */
const place = { chunk: EMPTY as Buffer, head: 0, headLength: 0, prefix: 0, middle: 0, middleLength: 0, suffix: 0 };
/** Texts are put together here. */
const scratch = Buffer.alloc(BYTES_MAX);

/**
 * Texts (UTF-8), numbered from 0. Of sixteen in a row the first is written out, the others are what they share with its beginning and
 * its end and what stands between: URLs, names and titles of one catalog differ in few characters, which come to a third of their bytes.
 */
export class TextBlock {
  readonly #chunks: Buffer[] = [];
  /** Where each group begins; a group lies in one chunk. */
  readonly #groups = new Numbers();
  #used = 0;
  size = 0;

  append(text: Uint8Array): number {
    if (text.length > BYTES_MAX) throw new RangeError(`A text of ${text.length} bytes is too long for the index`);
    const id = this.size;
    if ((id & (GROUP - 1)) === 0) {
      const chunk = this.#room(text.length + 2);
      this.#groups.set(id >>> GROUP_BITS, this.#used);
      this.#write(chunk, this.#writeLength(chunk, this.#used & MASK, text.length), text, 0, text.length);
    } else this.#appendToGroup(text, id);
    return this.size++;
  }

  text(id: number): string {
    return scratch.toString('utf8', 0, this.#load(id));
  }

  /** Valid until the next call of any block. */
  bytes(id: number): Uint8Array {
    return scratch.subarray(0, this.#load(id));
  }

  equals(id: number, text: Uint8Array): boolean {
    this.#find(id);
    const { chunk, head, headLength, prefix, middle, middleLength, suffix } = place;
    return (
      prefix + middleLength + suffix === text.length &&
      isAt(chunk, middle, text, prefix, middleLength) &&
      isAt(chunk, head, text, 0, prefix) &&
      isAt(chunk, head + headLength - suffix, text, text.length - suffix, suffix)
    );
  }

  /** The texts that begin with `wanted`. */
  withPrefix(wanted: Uint8Array): number[] {
    const ids: number[] = [];
    for (let id = 0; id < this.size; id++) {
      if ((id & (GROUP - 1)) === 0) this.#find(id);
      else this.#findNext();
      if (beginsWith(wanted)) ids.push(id);
    }
    return ids;
  }

  includes(id: number, wanted: Uint8Array): boolean {
    this.#find(id);
    const { chunk, head, headLength, prefix, middleLength, suffix } = place;
    const { length } = wanted;
    if (indexIn(chunk, head, prefix, wanted) !== -1) return true;
    if (indexIn(chunk, head + headLength - suffix, suffix, wanted) !== -1) return true;
    // What is neither in the one nor in the other has a byte of the middle, or lies across where they meet.
    const from = Math.max(0, prefix - length + 1);
    const to = Math.min(prefix + middleLength + suffix, prefix + middleLength + length - 1);
    if (to - from < length) return false;
    this.#assemble();
    return indexIn(scratch, from, to - from, wanted) !== -1;
  }

  /** Gives back room that was taken in advance. */
  trim(): void {
    this.#groups.trim((this.size + GROUP - 1) >>> GROUP_BITS);
    const only = this.#chunks.length === 1 ? this.#chunks[0] : undefined;
    if (only === undefined || only.length <= this.#used) return;
    const exact = Buffer.alloc(this.#used);
    only.copy(exact);
    this.#chunks[0] = exact;
  }

  #appendToGroup(text: Uint8Array, id: number): void {
    const group = id >>> GROUP_BITS;
    let start = this.#groups.get(group);
    const length = this.#used - start;
    // With what it may need at most, and its lengths.
    const needed = text.length + 4;
    if ((start & MASK) + length + needed > CHUNK) {
      const from = this.#chunk(start);
      this.#used = (start + CHUNK) & ~MASK;
      this.#room(length + needed).set(from.subarray(start & MASK, (start & MASK) + length));
      start = this.#used;
      this.#groups.set(group, start);
      this.#used += length;
    }
    const chunk = this.#room(needed);
    this.#find(id & ~(GROUP - 1));
    const { head, headLength } = place;
    const shared = Math.min(SHARED_MAX, headLength, text.length);
    let prefix = 0;
    while (prefix < shared && chunk[head + prefix] === text[prefix]) prefix++;
    const left = Math.min(SHARED_MAX, Math.min(headLength, text.length) - prefix);
    let suffix = 0;
    while (suffix < left && chunk[head + headLength - 1 - suffix] === text[text.length - 1 - suffix]) suffix++;
    let at = this.#used & MASK;
    chunk[at++] = prefix;
    chunk[at++] = suffix;
    const middle = text.length - prefix - suffix;
    this.#write(chunk, this.#writeLength(chunk, at, middle), text, prefix, middle);
  }

  #writeLength(chunk: Buffer, at: number, length: number): number {
    if (length < 0x80) chunk[at] = length;
    else {
      chunk[at++] = 0x80 | (length & 0x7f);
      chunk[at] = length >>> 7;
    }
    return at + 1;
  }

  #write(chunk: Buffer, at: number, text: Uint8Array, from: number, length: number): void {
    for (let byte = 0; byte < length; byte++) chunk[at + byte] = text[from + byte] ?? 0;
    this.#used = (this.#used & ~MASK) + at + length;
  }

  /** The chunk of what is written next, with room for `length` bytes there. Only the first one begins small: most keys have few values. */
  #room(length: number): Buffer {
    if ((this.#used & MASK) + length > CHUNK) this.#used = (this.#used + CHUNK) & ~MASK;
    const number = this.#used >>> CHUNK_BITS;
    const needed = (this.#used & MASK) + length;
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

  #load(id: number): number {
    this.#find(id);
    return this.#assemble();
  }

  /** Puts the text at `place` together. */
  #assemble(): number {
    const { chunk, head, headLength, prefix, middle, middleLength, suffix } = place;
    let end = 0;
    for (let at = head; at < head + prefix; at++) scratch[end++] = chunk[at] ?? 0;
    for (let at = middle; at < middle + middleLength; at++) scratch[end++] = chunk[at] ?? 0;
    for (let at = head + headLength - suffix; at < head + headLength; at++) scratch[end++] = chunk[at] ?? 0;
    return end;
  }

  #find(id: number): void {
    const start = this.#groups.get(id >>> GROUP_BITS);
    const chunk = this.#chunk(start);
    place.chunk = chunk;
    const at = start & MASK;
    const length = lengthAt(chunk, at);
    place.head = at + (length < 0x80 ? 1 : 2);
    place.headLength = length;
    // The first one is all middle.
    place.prefix = 0;
    place.suffix = 0;
    place.middle = place.head;
    place.middleLength = length;
    for (let steps = id & (GROUP - 1); steps > 0; steps--) this.#findNext();
  }

  /** The text after the one at `place`, in the same group. */
  #findNext(): void {
    const { chunk } = place;
    const at = place.middle + place.middleLength;
    place.prefix = chunk[at] ?? 0;
    place.suffix = chunk[at + 1] ?? 0;
    const length = lengthAt(chunk, at + 2);
    place.middle = at + (length < 0x80 ? 3 : 4);
    place.middleLength = length;
  }
}

function lengthAt(chunk: Uint8Array, at: number): number {
  const byte = chunk[at] ?? 0;
  return byte < 0x80 ? byte : (byte & 0x7f) | ((chunk[at + 1] ?? 0) << 7);
}

/** Whether the text at `place` begins with `wanted`. */
function beginsWith(wanted: Uint8Array): boolean {
  const { chunk, head, headLength, prefix, middle, middleLength, suffix } = place;
  const { length } = wanted;
  if (prefix + middleLength + suffix < length) return false;
  if (!isAt(chunk, head, wanted, 0, Math.min(prefix, length))) return false;
  const fromMiddle = Math.min(middleLength, length - prefix);
  if (!isAt(chunk, middle, wanted, prefix, fromMiddle)) return false;
  const before = prefix + middleLength;
  return isAt(chunk, head + headLength - suffix, wanted, before, length - before);
}

/** Whether `length` bytes of `text` from `from` stand at `start`. */
function isAt(chunk: Uint8Array, start: number, text: Uint8Array, from: number, length: number): boolean {
  for (let at = 0; at < length; at++) if (chunk[start + at] !== text[from + at]) return false;
  return true;
}

/** Where `wanted` begins within `length` bytes from `start`; -1: nowhere. */
function indexIn(bytes: Uint8Array, start: number, length: number, wanted: Uint8Array): number {
  const first = wanted[0];
  const last = start + length - wanted.length;
  for (let at = start; at <= last; at++) if (bytes[at] === first && isAt(bytes, at, wanted, 0, wanted.length)) return at;
  return -1;
}

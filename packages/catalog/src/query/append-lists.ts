import { Bytes } from './bytes.ts';
import { Numbers } from './numbers.ts';

/** Members of a list: where its first piece begins and where its next byte goes, + 1, and how large the last piece is and what is left of it. */
const FIRST = 0;
const NEXT = 1;
const ROOM = 2;
const WIDTH = 3;
const LEFT_BITS = 16;
const LEFT_MASK = (1 << LEFT_BITS) - 1;

/** At the end of a piece: where the next one is. */
const LINK_BYTES = 4;
const PIECE_MIN = 8;
const PIECE_MAX = 1_024;

/**
 * Many lists of numbers that are only added to, numbered from 0, in one block; a small number takes one byte. A list is made of
 * pieces, each twice as large as the one before up to a kilobyte, so that little is taken that is not needed and nothing is moved.
 */
export class AppendLists {
  readonly #lists = new Numbers();
  readonly #data = new Bytes();
  #used = 0;
  #size = 0;

  append(list: number, value: number): void {
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) this.#appendByte(list, (rest & 0x7f) | 0x80);
    this.#appendByte(list, rest);
  }

  /** Calls `visit` with each number of a list, in their order. */
  forEach(list: number, visit: (value: number) => void): void {
    const data = this.#data;
    const last = this.#lists.get(list * WIDTH + NEXT);
    let at = this.#lists.get(list * WIDTH + FIRST);
    let length = PIECE_MIN;
    let end = at + length - LINK_BYTES;
    let value = 0;
    let shift = 0;
    while (at !== last) {
      if (at === end) {
        at = linkAt(data, at - 1);
        length = Math.min(PIECE_MAX, 2 * length);
        end = at + length - LINK_BYTES;
      }
      const byte = data.get(at++ - 1);
      value |= (byte & 0x7f) << shift;
      shift += 7;
      if (byte > 0x7f) continue;
      visit(value >>> 0);
      value = 0;
      shift = 0;
    }
  }

  /** Gives back room that was taken in advance. */
  trim(): void {
    this.#data.trim(this.#used);
    this.#lists.trim(this.#size);
  }

  #appendByte(list: number, byte: number): void {
    const at = list * WIDTH;
    if ((this.#lists.get(at + ROOM) & LEFT_MASK) === 0) this.#addPiece(at);
    const next = this.#lists.get(at + NEXT);
    this.#data.set(next - 1, byte);
    this.#lists.set(at + NEXT, next + 1);
    this.#lists.set(at + ROOM, this.#lists.get(at + ROOM) - 1);
  }

  #addPiece(at: number): void {
    const before = this.#lists.get(at + ROOM) >>> LEFT_BITS;
    const length = before === 0 ? PIECE_MIN : Math.min(PIECE_MAX, 2 * before);
    const start = this.#used + 1;
    this.#used += length;
    const link = this.#lists.get(at + NEXT);
    if (before === 0) this.#lists.set(at + FIRST, start);
    else for (let byte = 0; byte < LINK_BYTES; byte++) this.#data.set(link - 1 + byte, (start >>> (8 * byte)) & 0xff);
    this.#lists.set(at + NEXT, start);
    this.#lists.set(at + ROOM, (length << LEFT_BITS) | (length - LINK_BYTES));
    this.#size = Math.max(this.#size, at + WIDTH);
  }
}

function linkAt(data: Bytes, at: number): number {
  return (data.get(at) | (data.get(at + 1) << 8) | (data.get(at + 2) << 16) | (data.get(at + 3) << 24)) >>> 0;
}

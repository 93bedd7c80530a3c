import { isName } from '../../exchange/fields.ts';
import { isRemembered, LearningPace, nextCount } from './learning-pace.ts';
import { ownText } from './own-text.ts';

/** Fields that the framing, or the connection, depends on. */
export const ORDINARY = 0;
export const HOST_FIELD = 1;
export const CONTENT_LENGTH = 2;
export const TRANSFER_ENCODING = 3;
export const CONNECTION = 4;
export const EXPECT = 5;
export const UPGRADE = 6;
export const KEEP_ALIVE = 7;

const SLOTS = 1024;
/** Stands for what is before the first line. */
const START = SLOTS;
const NAME_BYTES_MAX = 64;
const LINE_BYTES_MAX = 128;

/**
 * Field lines as they came lately, one per name. Messages say the same things over and over, in the same order: the line that came
 * behind the last one lately is tried first. One that is known costs a look at each byte, no new string, and no check, which it passed
 * when it was learned. Whoever sends made-up lines only makes their own messages slower.
 */
export class IncomingLines {
  readonly #names: string[] = new Array(SLOTS + 1).fill('');
  readonly #nameBytes = new Uint8Array(SLOTS * NAME_BYTES_MAX);
  readonly #kinds = new Uint8Array(SLOTS + 1);
  /** Whether the line of a name may be kept. */
  readonly #kept = new Uint8Array(SLOTS);
  readonly #values: string[] = new Array(SLOTS + 1).fill('');
  /** Whole lines, CRLF included, and their lengths; 0: none is known. */
  readonly #lineBytes = new Uint8Array((SLOTS + 1) * LINE_BYTES_MAX);
  readonly #lineLengths = new Uint8Array(SLOTS + 1);
  /** The slot of the line that came behind. */
  readonly #next = new Uint16Array(SLOTS + 1).fill(START);
  readonly #pace = new LearningPace(SLOTS);
  #last = START;
  #heads = 0;

  /** A new head begins. */
  begin(): void {
    this.#last = START;
    this.#heads = nextCount(this.#heads);
  }

  /** The slot of the whole line at `start`, when it is the one that is expected there; -1: it has to be read. */
  expected(bytes: Uint8Array, start: number, end: number): number {
    const slot = this.#next[this.#last] as number;
    const length = this.#lineLengths[slot] as number;
    const stop = start + length;
    if (length === 0 || stop > end) return -1;
    const line = this.#lineBytes;
    let at = slot * LINE_BYTES_MAX;
    for (let position = start; position < stop; position++) if (bytes[position] !== line[at++]) return -1;
    this.#last = slot;
    return slot;
  }

  lineLength(slot: number): number {
    return this.#lineLengths[slot] as number;
  }

  name(slot: number): string {
    return this.#names[slot] as string;
  }

  value(slot: number): string {
    return this.#values[slot] as string;
  }

  kind(slot: number): number {
    return this.#kinds[slot] as number;
  }

  /**
   * The slot of a valid line that was read: it is in bytes[start, end), its name in bytes[start, nameEnd), whose hash is given. -1: the
   * name is too long to be known.
   */
  read(bytes: Uint8Array, start: number, nameEnd: number, hash: number, value: string, end: number): number {
    if (nameEnd - start > NAME_BYTES_MAX) return -1;
    const slot = (hash ^ (hash >>> 10)) & (SLOTS - 1);
    if (!this.#isNamed(slot, bytes, start, nameEnd)) this.#rename(slot, bytes, start, nameEnd);
    if (this.#next[this.#last] !== slot) this.#next[this.#last] = slot;
    this.#last = slot;
    if (this.#kept[slot] === 1 && end - start <= LINE_BYTES_MAX && this.#pace.missed(slot, this.#heads)) {
      this.#lineBytes.set(bytes.subarray(start, end), slot * LINE_BYTES_MAX);
      this.#lineLengths[slot] = end - start;
      this.#values[slot] = ownText(value);
    }
    return slot;
  }

  #isNamed(slot: number, bytes: Uint8Array, start: number, end: number): boolean {
    if ((this.#names[slot] as string).length !== end - start) return false;
    const known = this.#nameBytes;
    let at = slot * NAME_BYTES_MAX;
    for (let position = start; position < end; position++) if (bytes[position] !== known[at++]) return false;
    return true;
  }

  #rename(slot: number, bytes: Uint8Array, start: number, end: number): void {
    const nameBytes = Buffer.from(bytes.subarray(start, end));
    const name = ownText(nameBytes.toString('latin1'));
    this.#nameBytes.set(nameBytes, slot * NAME_BYTES_MAX);
    this.#names[slot] = name;
    this.#kinds[slot] = kindOf(name);
    // Of a coding also the white space around it is looked at, each time.
    this.#kept[slot] = this.#kinds[slot] !== TRANSFER_ENCODING && isRemembered(name) ? 1 : 0;
    this.#lineLengths[slot] = 0;
  }
}

/** Adds a character to the hash by which a name is looked up. */
export function hashWith(hash: number, code: number): number {
  return (Math.imul(hash, 31) + code) | 0;
}

function kindOf(name: string): number {
  switch (name.length) {
    case 4:
      return isName(name, 'host') ? HOST_FIELD : ORDINARY;
    case 6:
      return isName(name, 'expect') ? EXPECT : ORDINARY;
    case 7:
      return isName(name, 'upgrade') ? UPGRADE : ORDINARY;
    case 10:
      return isName(name, 'connection') ? CONNECTION : isName(name, 'keep-alive') ? KEEP_ALIVE : ORDINARY;
    case 14:
      return isName(name, 'content-length') ? CONTENT_LENGTH : ORDINARY;
    case 17:
      return isName(name, 'transfer-encoding') ? TRANSFER_ENCODING : ORDINARY;
    default:
      return ORDINARY;
  }
}

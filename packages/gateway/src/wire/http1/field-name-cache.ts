import { isName } from '../../exchange/fields.ts';

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
const CACHED_LENGTH_MAX = 64;

/**
 * Field names as they were written lately, one per slot: messages name the same few fields over and over, and a name that is found here
 * costs no new string and no comparison to learn what it means. Whoever sends made-up names only makes their own messages slower.
 */
const names: string[] = new Array(SLOTS).fill('');
const kinds = new Uint8Array(SLOTS);

/** Adds a character to the hash by which a name is looked up. */
export function hashWith(hash: number, code: number): number {
  return (Math.imul(hash, 31) + code) | 0;
}

/** The slot of the name in text[start, end), whose hash it is, filled when the name was not there; -1 for a name too long to keep. */
export function slotOf(text: string, start: number, end: number, hash: number): number {
  if (end - start > CACHED_LENGTH_MAX) return -1;
  const slot = (hash ^ (hash >>> 10)) & (SLOTS - 1);
  const cached = names[slot] as string;
  if (cached.length === end - start && text.startsWith(cached, start)) return slot;
  const name = text.slice(start, end);
  // A copy of its own: a slice would keep the head alive that it was cut from.
  names[slot] = Buffer.from(name, 'latin1').toString('latin1');
  kinds[slot] = kindOf(name);
  return slot;
}

export function nameIn(slot: number): string {
  return names[slot] as string;
}

export function kindIn(slot: number): number {
  return kinds[slot] as number;
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

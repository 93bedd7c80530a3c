import { randomFillSync } from 'node:crypto';

const IDS = 128;
const ID_BYTES = 16;
const ID_LENGTH = 36;
const HYPHEN = 45;
/** A hyphen stands before these bytes. */
const GROUPS = new Set([4, 6, 8, 10]);
const DIGITS = Buffer.from('0123456789abcdef');

const random = Buffer.alloc(IDS * ID_BYTES);
const characters = Buffer.alloc(IDS * ID_LENGTH);
let ids = '';
let used = IDS;

/**
 * A new request id: a random UUID (RFC 9562, version 4). Many are written into one text, from which each is cut: `randomUUID` puts each
 * together from twenty pieces, which every line that the id is written into has to join.
 */
export function createRequestId(): string {
  if (used === IDS) fill();
  const start = ID_LENGTH * used++;
  return ids.slice(start, start + ID_LENGTH);
}

function fill(): void {
  randomFillSync(random);
  let to = 0;
  for (let from = 0; from < random.length; from++) {
    const place = from % ID_BYTES;
    let byte = random[from] as number;
    // Version and variant (sections 4.1 and 4.2).
    if (place === 6) byte = (byte & 0x0f) | 0x40;
    else if (place === 8) byte = (byte & 0x3f) | 0x80;
    if (GROUPS.has(place)) characters[to++] = HYPHEN;
    characters[to++] = DIGITS[byte >> 4] as number;
    characters[to++] = DIGITS[byte & 15] as number;
  }
  ids = characters.toString('latin1');
  used = 0;
}

import { Buffer } from 'node:buffer';
import { type AppRecord, digestOfApp } from '@gatehouse/contract';
import type { KeyedHash } from '../shared/keyed-hash.ts';
import {
  APP_DIGEST_A,
  APP_DIGEST_B,
  APP_GRANT_COUNT,
  APP_ID_BYTES,
  APP_ID_HASH,
  APP_KEY_COUNT,
  APP_KEYS,
  APP_NAME_BYTES,
  APP_RETIRED,
  APP_SERIAL,
  APP_TEXTS,
  CODE_WORDS,
  compareGrants,
  GRANT_HIGH,
  GRANT_LOW,
  GRANT_NOT_AFTER,
  GRANT_WORDS,
  HASH_OF_APP_KEY,
  HASH_OF_GRANT,
  HASH_OF_ID,
  KEY_APP_KEY,
  KEY_APP_KEY_HASH,
  KEY_CODE,
  KEY_CODE_HASH,
  KEY_NOT_AFTER,
  KEY_SECRET,
  KEY_WORDS,
  writeTime,
} from './layout.ts';
import type { SharedHeap } from './shared-heap.ts';

/** What a grant is hashed from; no name holds a line break. */
export function grantText(api: string, environment: string): string {
  return `${api}\n${environment}`;
}

/** A hash of a text that is never 0, which means that there is none. */
export function hashText(hash: KeyedHash, kind: number, text: string): number {
  hash.compute(kind, text);
  return hash.low === 0 ? 1 : hash.low;
}

/** The hash under which the words of an AppCode's hash are found: they are as good as random already. Never 0. */
export function hashOfCode(words: Int32Array, at: number): number {
  const first = words[at] as number;
  return first === 0 ? 1 : first;
}

/** Writes a record into a block of its own, which nothing points to yet. Throws `CredentialsFullError`. */
export function writeApp(heap: SharedHeap, hash: KeyedHash, app: AppRecord, serial: number): number {
  const texts = Buffer.from([app.id, app.name, ...app.keys.flatMap((key) => [key.appKey, key.appSecret])].join(''), 'utf8');
  const fixed = APP_KEYS + app.keys.length * KEY_WORDS + app.grants.length * GRANT_WORDS;
  const block = heap.allocate(fixed + Math.ceil(texts.length / 4));
  const { words, bytes } = heap;
  const [digestA, digestB] = digestOfApp(app);
  words[block + APP_SERIAL] = serial;
  words[block + APP_RETIRED] = 0;
  words[block + APP_DIGEST_A] = digestA;
  words[block + APP_DIGEST_B] = digestB;
  words[block + APP_ID_HASH] = hashText(hash, HASH_OF_ID, app.id);
  words[block + APP_KEY_COUNT] = app.keys.length;
  words[block + APP_GRANT_COUNT] = app.grants.length;
  words[block + APP_TEXTS] = fixed;
  texts.copy(bytes, (block + fixed) * 4);
  let offset = 0;
  const place = (text: string, at: number) => {
    const length = Buffer.byteLength(text);
    words[at] = offset;
    words[at + 1] = length;
    offset += length;
  };
  words[block + APP_ID_BYTES] = Buffer.byteLength(app.id);
  words[block + APP_NAME_BYTES] = Buffer.byteLength(app.name);
  offset = (words[block + APP_ID_BYTES] as number) + (words[block + APP_NAME_BYTES] as number);
  app.keys.forEach((key, index) => {
    const at = block + APP_KEYS + index * KEY_WORDS;
    const usable = key.appKey !== '' && key.appSecret !== '';
    words[at + KEY_APP_KEY_HASH] = usable ? hashText(hash, HASH_OF_APP_KEY, key.appKey) : 0;
    const code = Buffer.from(key.codeHash, 'base64url');
    const hasCode = code.length === CODE_WORDS * 4;
    for (let word = 0; word < CODE_WORDS; word++) words[at + KEY_CODE + word] = hasCode ? code.readInt32LE(word * 4) : 0;
    words[at + KEY_CODE_HASH] = hasCode ? hashOfCode(words, at + KEY_CODE) : 0;
    writeTime(words, at + KEY_NOT_AFTER, key.notAfterMs ?? Number.POSITIVE_INFINITY);
    place(key.appKey, at + KEY_APP_KEY);
    place(key.appSecret, at + KEY_SECRET);
  });
  const grants = app.grants.map(({ api, environment, notAfterMs }) => {
    hash.compute(HASH_OF_GRANT, grantText(api, environment));
    return { high: hash.high, low: hash.low, notAfterMs: notAfterMs ?? Number.POSITIVE_INFINITY };
  });
  // Of two grants of the same thing the longer one counts: the search finds the last of equals first.
  grants.sort((a, b) => compareGrants(a.high, a.low, b.high, b.low) || a.notAfterMs - b.notAfterMs);
  grants.forEach((grant, index) => {
    const at = block + APP_KEYS + app.keys.length * KEY_WORDS + index * GRANT_WORDS;
    words[at + GRANT_HIGH] = grant.high;
    words[at + GRANT_LOW] = grant.low;
    writeTime(words, at + GRANT_NOT_AFTER, grant.notAfterMs);
  });
  return block;
}

/** Every hash under which a block is found. */
export function hashesOf(words: Int32Array, block: number): number[] {
  const hashes = [words[block + APP_ID_HASH] as number];
  for (let key = 0; key < (words[block + APP_KEY_COUNT] as number); key++) {
    const at = block + APP_KEYS + key * KEY_WORDS;
    for (const hash of [words[at + KEY_APP_KEY_HASH] as number, words[at + KEY_CODE_HASH] as number]) if (hash !== 0) hashes.push(hash);
  }
  return hashes;
}

/** Whether the bytes from `start` on are the text. What is not ASCII is never the same: no field of a request could bring it. */
export function isText(bytes: Uint8Array, start: number, length: number, text: string): boolean {
  if (text.length !== length) return false;
  for (let i = 0; i < length; i++) if (bytes[start + i] !== text.charCodeAt(i) || (bytes[start + i] as number) > 127) return false;
  return true;
}

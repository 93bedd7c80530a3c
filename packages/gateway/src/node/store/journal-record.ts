import type { AppRecord, CredentialsState } from '@gatehouse/contract';
import { SEAL_BYTES, seal, unseal } from './sealing.ts';

/** `piece`: apps of the base. `end`: the base is whole, and this is what it is. `change`: what came later. */
export type RecordKind = 'piece' | 'end' | 'change';

export interface EndRecord {
  codeKey: string;
  state: CredentialsState;
}

export interface ChangeRecord {
  apps: AppRecord[];
  removed: string[];
  state: CredentialsState;
}

const KINDS: readonly RecordKind[] = ['piece', 'end', 'change'];

/** Length, the same with every bit turned, and the kind. */
export const PREFIX_BYTES = 9;

const RECORD_BYTES_MAX = 512 * 1024 * 1024;

/** `header` and the place in the file are part of what is authenticated: records cannot be moved, left out or taken from another file. */
export function sealRecord(key: Buffer, header: Buffer, index: number, kind: RecordKind, content: unknown): Buffer {
  const code = KINDS.indexOf(kind);
  const sealed = seal(key, contextOf(header, index, code), Buffer.from(JSON.stringify(content)));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(sealed.length, 0);
  prefix.writeUInt32BE(~sealed.length >>> 0, 4);
  prefix.writeUInt8(code, 8);
  return Buffer.concat([prefix, sealed]);
}

/** Undefined when it is not what was written there. */
export function unsealRecord(key: Buffer, header: Buffer, index: number, kind: RecordKind, sealed: Buffer): unknown {
  const plain = unseal(key, contextOf(header, index, KINDS.indexOf(kind)), sealed);
  return plain === undefined ? undefined : JSON.parse(plain.toString('utf8'));
}

/** Undefined when it is no prefix. */
export function readPrefix(prefix: Buffer): { bytes: number; kind: RecordKind } | undefined {
  const bytes = prefix.readUInt32BE(0);
  const kind = KINDS[prefix.readUInt8(8)];
  if (prefix.readUInt32BE(4) !== ~bytes >>> 0 || kind === undefined || bytes < SEAL_BYTES || bytes > RECORD_BYTES_MAX) return undefined;
  return { bytes, kind };
}

function contextOf(header: Buffer, index: number, code: number): Buffer {
  const place = Buffer.alloc(5);
  place.writeUInt32BE(index, 0);
  place.writeUInt8(code, 4);
  return Buffer.concat([header, place]);
}

import type { FileHandle } from 'node:fs/promises';
import type { AppRecord, CredentialsState } from '@gatehouse/contract';
import { HEADER_BYTES_MAX, readHeaderLine } from './file-header.ts';
import { type ChangeRecord, type EndRecord, PREFIX_BYTES, readPrefix, unsealRecord } from './journal-record.ts';
import type { NodeKey } from './node-key.ts';
import { UnusableFile } from './unusable-file.ts';

/** What a journal holds, without the apps of its base. */
export interface JournalScan {
  header: Buffer;
  /** Where the pieces of the base are. */
  pieces: { at: number; bytes: number; index: number }[];
  codeKey: string;
  /** After the last change. */
  state: CredentialsState;
  /** What changes have made of apps; null: gone. */
  changed: Map<string, AppRecord | null>;
  /** Where the next record goes; what stands behind is a record that was not written to its end. */
  end: number;
  nextIndex: number;
  /** Length of the base, header included. */
  baseBytes: number;
  /** A record at the end was not written to its end. */
  torn: boolean;
}

const APPS_PER_PIECE = 500;

/** Reads a journal but for its base. Throws `UnusableFile`. */
export async function scanJournal(file: FileHandle, { nodeId, key }: NodeKey): Promise<JournalScan> {
  const { size } = await file.stat();
  const header = readHeaderLine(await readAt(file, 0, Math.min(size, HEADER_BYTES_MAX)), 'node-credentials', nodeId);
  const pieces: JournalScan['pieces'] = [];
  const changed: JournalScan['changed'] = new Map();
  let base: EndRecord | undefined;
  let state: CredentialsState | undefined;
  let at = header.length;
  let baseBytes = 0;
  let index = 0;
  let torn = false;
  while (at < size) {
    const record = await readRecord(file, at, size);
    if (record === 'torn') {
      torn = true;
      break;
    }
    const { bytes, kind } = record;
    const bodyAt = at + PREFIX_BYTES;
    if ((kind === 'change') !== (base !== undefined)) throw new UnusableFile('it is damaged: a record is out of place');
    if (kind === 'piece') pieces.push({ at: bodyAt, bytes, index });
    else {
      const content = unsealRecord(key, header, index, kind, await readAt(file, bodyAt, bytes));
      if (content === undefined) {
        // The last change may be there in length and not in content, when the machine stopped while it was written.
        if (kind === 'change' && bodyAt + bytes === size) {
          torn = true;
          break;
        }
        throw new UnusableFile('it is damaged, or was written with another key');
      }
      if (kind === 'end') {
        base = content as EndRecord;
        state = base.state;
        baseBytes = bodyAt + bytes;
      } else {
        const change = content as ChangeRecord;
        for (const app of change.apps) changed.set(app.id, app);
        for (const id of change.removed) changed.set(id, null);
        state = change.state;
      }
    }
    at = bodyAt + bytes;
    index++;
  }
  if (base === undefined || state === undefined) throw new UnusableFile('it is damaged: it ends too early');
  return { header, pieces, codeKey: base.codeKey, state, changed, end: at, nextIndex: index, baseBytes, torn };
}

/** Every app as of the last change. Throws `UnusableFile`. */
export async function* appsOf(file: FileHandle, key: Buffer, scan: JournalScan): AsyncGenerator<AppRecord[]> {
  for (const { at, bytes, index } of scan.pieces) {
    const apps = unsealRecord(key, scan.header, index, 'piece', await readAt(file, at, bytes));
    if (apps === undefined) throw new UnusableFile('it is damaged');
    yield (apps as AppRecord[]).filter(({ id }) => !scan.changed.has(id));
  }
  const changed = [...scan.changed.values()].filter((app) => app !== null);
  for (let start = 0; start < changed.length; start += APPS_PER_PIECE) yield changed.slice(start, start + APPS_PER_PIECE);
}

/** `torn`: nothing but what a write that did not end can leave behind. */
async function readRecord(file: FileHandle, at: number, size: number): Promise<NonNullable<ReturnType<typeof readPrefix>> | 'torn'> {
  if (at + PREFIX_BYTES > size) return 'torn';
  const prefix = readPrefix(await readAt(file, at, PREFIX_BYTES));
  if (prefix === undefined) {
    if (await isZero(file, at, size)) return 'torn';
    throw new UnusableFile('it is damaged: a record has no beginning');
  }
  return at + PREFIX_BYTES + prefix.bytes > size ? 'torn' : prefix;
}

async function isZero(file: FileHandle, from: number, to: number): Promise<boolean> {
  for (let at = from; at < to; at += 64 * 1024) {
    const piece = await readAt(file, at, Math.min(64 * 1024, to - at));
    if (piece.some((byte) => byte !== 0)) return false;
  }
  return true;
}

async function readAt(file: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  let read = 0;
  while (read < bytes) {
    const { bytesRead } = await file.read(buffer, read, bytes - read, position + read);
    if (bytesRead === 0) throw new UnusableFile('it became shorter while it was read');
    read += bytesRead;
  }
  return buffer;
}

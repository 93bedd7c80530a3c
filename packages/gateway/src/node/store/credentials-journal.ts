import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import type { AppRecord, CredentialsState } from '@gatehouse/contract';
import { STORE_FORMAT, toHeaderLine } from './file-header.ts';
import { type ChangeRecord, type EndRecord, type RecordKind, sealRecord } from './journal-record.ts';
import { appsOf, type JournalScan, scanJournal } from './journal-scan.ts';
import type { NodeKey } from './node-key.ts';
import { isMissing } from './unusable-file.ts';
import { moveInPlace, writeAt } from './write-atomically.ts';

/** Changes may take this much room, or as much as the base, before a new base is written. */
const CHANGES_BYTES_MIN = 4 * 1024 * 1024;

/** Credentials on the disk: a base with every app, and the changes since, appended one by one. Calls must not overlap. */
export class CredentialsJournal {
  readonly path: string;
  readonly #key: NodeKey;
  readonly #file: FileHandle;
  readonly #header: Buffer;
  readonly #baseBytes: number;
  #end: number;
  #nextIndex: number;

  private constructor(path: string, key: NodeKey, file: FileHandle, scan: Pick<JournalScan, 'header' | 'end' | 'nextIndex' | 'baseBytes'>) {
    this.path = path;
    this.#key = key;
    this.#file = file;
    this.#header = scan.header;
    this.#end = scan.end;
    this.#nextIndex = scan.nextIndex;
    this.#baseBytes = scan.baseBytes;
  }

  /** Null when there is none. A torn end is cut off. Throws `UnusableFile`. */
  static async open(path: string, key: NodeKey): Promise<{ journal: CredentialsJournal; scan: JournalScan } | null> {
    let file: FileHandle;
    try {
      file = await open(path, 'r+');
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
    try {
      const scan = await scanJournal(file, key);
      if (scan.torn) await file.truncate(scan.end);
      return { journal: new CredentialsJournal(path, key, file, scan), scan };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The changes take more room than they should: time for a new base. */
  get isLong(): boolean {
    return this.#end - this.#baseBytes > Math.max(CHANGES_BYTES_MIN, this.#baseBytes);
  }

  /** Every app as of the last change. Throws `UnusableFile`. */
  apps(scan: JournalScan): AsyncGenerator<AppRecord[]> {
    return appsOf(this.#file, this.#key.key, scan);
  }

  /** What it holds now, read from the disk. Throws `UnusableFile`. */
  scan(): Promise<JournalScan> {
    return scanJournal(this.#file, this.#key);
  }

  /** It is on the disk when this resolves; when it rejects, the journal is as before. */
  async append(change: ChangeRecord): Promise<void> {
    const record = sealRecord(this.#key.key, this.#header, this.#nextIndex, 'change', change);
    // Over what a write that failed may have left there.
    await this.#file.truncate(this.#end);
    await writeAt(this.#file, record, this.#end);
    await this.#file.datasync();
    this.#end += record.length;
    this.#nextIndex++;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Writes a new base beside the journal; it takes its place when it is whole. */
export class JournalWriter {
  readonly #path: string;
  readonly #key: NodeKey;
  readonly #file: FileHandle;
  readonly #header: Buffer;
  #at = 0;
  #index = 0;

  private constructor(path: string, key: NodeKey, file: FileHandle) {
    this.#path = path;
    this.#key = key;
    this.#file = file;
    this.#header = toHeaderLine({ gatehouse: 'node-credentials', format: STORE_FORMAT, node: key.nodeId, file: randomUUID() });
  }

  static async create(path: string, key: NodeKey, name: string): Promise<JournalWriter> {
    const temporary = `${path}.${name}`;
    await rm(temporary, { force: true });
    const writer = new JournalWriter(temporary, key, await open(temporary, 'wx+', 0o600));
    await writer.#write(writer.#header);
    return writer;
  }

  add(apps: readonly AppRecord[]): Promise<void> {
    return this.#append('piece', apps);
  }

  /** Puts it in the place of the journal at `path`. */
  async commit(path: string, codeKey: string, state: CredentialsState): Promise<CredentialsJournal> {
    await this.#append('end', { codeKey, state } satisfies EndRecord);
    await this.#file.sync();
    await this.#file.close();
    await moveInPlace(this.#path, path);
    const opened = await CredentialsJournal.open(path, this.#key);
    if (opened === null) throw new Error(`${path} vanished`);
    return opened.journal;
  }

  async discard(): Promise<void> {
    await this.#file.close();
    await rm(this.#path, { force: true });
  }

  async #append(kind: RecordKind, content: unknown): Promise<void> {
    await this.#write(sealRecord(this.#key.key, this.#header, this.#index++, kind, content));
  }

  async #write(bytes: Buffer): Promise<void> {
    await writeAt(this.#file, bytes, this.#at);
    this.#at += bytes.length;
  }
}

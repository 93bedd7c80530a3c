import { chmod, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AppRecord, CredentialsState, PackedSnapshot } from '@gatehouse/contract';
import { type NodeLog, toMessage } from '../ports.ts';
import { compactJournal } from './compact-journal.ts';
import { CredentialsJournal } from './credentials-journal.ts';
import { CredentialsWriter } from './credentials-writer.ts';
import type { ChangeRecord } from './journal-record.ts';
import { type NodeKey, openNodeKey } from './node-key.ts';
import { readSnapshotFile, type StoredSnapshot, writeSnapshotFile } from './snapshot-file.ts';
import { syncDirectory } from './write-atomically.ts';

export interface StoredCredentials {
  codeKey: string;
  state: CredentialsState;
  /** Every app. Throws when the file turns out to be damaged. */
  pieces(): AsyncIterable<readonly AppRecord[]>;
}

export interface NodeStoreOptions {
  /** Directory of its own; it is made, for the owner only. */
  directory: string;
  log: NodeLog;
  /** Who the node is, and the key of its files, where something else keeps both; default: made up, and kept beside the files. */
  identity?: NodeKey;
  /** What changes within this time is written once. Default 1,000 ms. */
  coalesceMs?: number;
}

/** By app; null: gone. */
interface WaitingChanges {
  apps: Map<string, AppRecord | null>;
  state: CredentialsState;
}

/**
 * The node's own disk: who it is, and the last good snapshot and credentials, encrypted and authenticated with a key that lies beside
 * them, or that was given. Writing is done aside and never waited for: what cannot be written is said, and traffic goes on.
 */
export class NodeStore {
  readonly nodeId: string;
  readonly #key: NodeKey;
  readonly #directory: string;
  readonly #log: NodeLog;
  readonly #coalesceMs: number;
  #journal: CredentialsJournal | null = null;
  #complete = true;
  #snapshot: PackedSnapshot | null = null;
  #changes: WaitingChanges | null = null;
  #timer: NodeJS.Timeout | undefined;
  /** Everything that touches the files, one after the other. */
  #work: Promise<unknown> = Promise.resolve();
  #failing = false;
  #closed = false;

  private constructor(options: NodeStoreOptions, key: NodeKey) {
    this.nodeId = key.nodeId;
    this.#key = key;
    this.#directory = options.directory;
    this.#log = options.log;
    this.#coalesceMs = options.coalesceMs ?? 1_000;
  }

  /** Rejects when the directory cannot be used. */
  static async open(options: NodeStoreOptions): Promise<NodeStore> {
    const made = await mkdir(options.directory, { recursive: true, mode: 0o700 });
    if (made !== undefined) await syncDirectory(dirname(made));
    await chmod(options.directory, 0o700);
    return new NodeStore(options, options.identity ?? (await openNodeKey(join(options.directory, 'node.key'), options.log)));
  }

  /** The disk has, or will have, all credentials that the node has. False: a whole set could not be written. */
  get credentialsComplete(): boolean {
    return this.#complete;
  }

  /** Null when there is none, or none that can be used: that is said. */
  loadSnapshot(): Promise<StoredSnapshot | null> {
    return this.#enqueue(() => this.#load('snapshot', () => readSnapshotFile(this.#snapshotPath, this.#key)));
  }

  /** Null when there are none, or none that can be used: that is said. */
  loadCredentials(): Promise<StoredCredentials | null> {
    return this.#enqueue(async () => {
      const opened = await this.#load('credentials', () => CredentialsJournal.open(this.#credentialsPath, this.#key));
      if (opened === null) return null;
      const { journal, scan } = opened;
      if (scan.torn)
        this.#log.warn({ file: this.#credentialsPath }, 'The last change of credentials was not written to its end; it is left out');
      await this.#journal?.close();
      this.#journal = journal;
      return { codeKey: scan.codeKey, state: scan.state, pieces: () => journal.apps(scan) };
    });
  }

  /** Writes it soon; only the newest counts. */
  saveSnapshot(packed: PackedSnapshot): void {
    this.#snapshot = packed;
    this.#schedule();
  }

  /** Begins a whole new set. Until it is committed, the one on the disk stays. */
  replaceCredentials(codeKey: string): CredentialsWriter {
    const failed = (error: unknown) => {
      this.#complete = false;
      this.#noteFailure(error);
    };
    return new CredentialsWriter(this.#credentialsPath, this.#key, codeKey, failed, (commit) =>
      this.#enqueue(async () => {
        // Changes that came before are in it.
        this.#changes = null;
        await this.#journal?.close();
        this.#journal = null;
        try {
          this.#journal = await commit();
          this.#complete = true;
        } catch (error) {
          failed(error);
        }
      }),
    );
  }

  /** Writes it soon, together with other changes. */
  changeCredentials({ apps, removed, state }: ChangeRecord): void {
    // Without the set that it changes on the disk, it would make something out of two sets.
    if (!this.#complete) return;
    this.#changes ??= { apps: new Map(), state };
    for (const app of apps) this.#changes.apps.set(app.id, app);
    for (const id of removed) this.#changes.apps.set(id, null);
    this.#changes.state = state;
    this.#schedule();
  }

  /** Writes what is waiting, now. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return this.#enqueue(() => this.#flush());
  }

  async close(): Promise<void> {
    await this.flush();
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#enqueue(async () => {
      await this.#journal?.close();
      this.#journal = null;
    });
  }

  get #snapshotPath(): string {
    return join(this.#directory, 'snapshot.sealed');
  }

  get #credentialsPath(): string {
    return join(this.#directory, 'credentials.sealed');
  }

  async #flush(): Promise<void> {
    const snapshot = this.#snapshot;
    const changes = this.#changes;
    try {
      if (snapshot !== null) {
        await writeSnapshotFile(this.#snapshotPath, this.#key, snapshot);
        if (this.#snapshot === snapshot) this.#snapshot = null;
      }
      if (changes !== null && this.#journal !== null) {
        this.#changes = null;
        await this.#appendChanges(this.#journal, changes);
      }
      this.#failing = false;
    } catch (error) {
      this.#noteFailure(error);
      this.#schedule(RETRY_MS);
    }
  }

  async #appendChanges(journal: CredentialsJournal, changes: WaitingChanges): Promise<void> {
    const apps: AppRecord[] = [];
    const removed: string[] = [];
    for (const [id, app] of changes.apps) {
      if (app === null) removed.push(id);
      else apps.push(app);
    }
    try {
      await journal.append({ apps, removed, state: changes.state });
    } catch (error) {
      // What came meanwhile is newer.
      const newer = this.#changes as WaitingChanges | null;
      this.#changes = { apps: new Map([...changes.apps, ...(newer?.apps ?? [])]), state: newer?.state ?? changes.state };
      throw error;
    }
    if (journal.isLong) this.#journal = await compactJournal(journal, this.#key);
  }

  async #load<Value>(what: string, read: () => Promise<Value | null>): Promise<Value | null> {
    try {
      return await read();
    } catch (error) {
      this.#log.error(
        { directory: this.#directory, reason: toMessage(error) },
        `The ${what} on the disk cannot be used; it is fetched again`,
      );
      return null;
    }
  }

  #schedule(ms = this.#coalesceMs): void {
    if (!this.#closed) this.#timer ??= setTimeout(() => void this.flush(), ms);
  }

  #enqueue<Value>(work: () => Promise<Value>): Promise<Value> {
    const result = this.#work.then(work);
    this.#work = result.catch(() => undefined);
    return result;
  }

  /** Said once, until it works again: a disk that is full stays full for a while. */
  #noteFailure(error: unknown): void {
    if (!this.#failing)
      this.#log.error({ directory: this.#directory, error: toMessage(error) }, 'The node cannot write to its disk; it goes on without');
    this.#failing = true;
  }
}

const RETRY_MS = 10_000;

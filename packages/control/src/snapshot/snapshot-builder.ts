import type { PackedSnapshot, Problem } from '@gatehouse/contract';
import type { Database, Transaction } from '@gatehouse/database';
import { SnapshotPacker } from '@gatehouse/gateway';
import { newestChange } from '../changes/newest-change.ts';
import type { SnapshotSource } from '../nodes/sources.ts';
import { Refusal } from '../operation/refusal.ts';
import type { ControlTables } from '../schema/tables.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';
import { buildSnapshot } from './build-snapshot.ts';
import { type KnownRevision, readLive } from './read-live.ts';

/**
 * Turns what the tables say is live into snapshots. Remembers what it read and compiled, so that a change costs what has changed, not
 * what there is.
 */
export class SnapshotBuilder implements SnapshotSource {
  readonly #database: Database<ControlTables>;
  readonly #key: InstallationKey;
  readonly #packer = new SnapshotPacker();
  readonly #revisions = new Map<string, KnownRevision>();
  /** The newest one that was read. */
  #packed: PackedSnapshot | null = null;
  #candidate: PackedSnapshot | null = null;
  #reading: Promise<PackedSnapshot | null> | null = null;

  /** `key`: opens the private keys towards backends. */
  constructor(database: Database<ControlTables>, key: InstallationKey) {
    this.#database = database;
    this.#key = key;
  }

  /**
   * Compiles what would be live if the transaction committed now, as snapshot `number` (taken by `recordChange` earlier in it). Throws
   * `Refusal` `publication.invalid` with every problem when it does not compile. Resolves with its warnings.
   */
  async check(tx: Transaction<ControlTables>, number: number): Promise<Problem[]> {
    // What a transaction sees may never be committed: revisions are known by their content, so remembering them is harmless.
    const parts = await readLive(tx, this.#key, new RevisionsInUse(this.#revisions));
    if (parts === null) throw new Error('There are no settings yet: they are written before anything is published');
    const { packed, problems } = this.#packer.pack(buildSnapshot(parts, number));
    if (packed === undefined) {
      const first = problems.find((problem) => problem.severity === 'error');
      throw new Refusal('publication.invalid', first?.message ?? 'What would be live does not compile', { problems });
    }
    // Not the newest yet: until the commit another transaction may take the same number.
    this.#candidate = packed;
    return problems;
  }

  /** What was checked as `number` is committed, and so is the newest unless a later one was read meanwhile. */
  committed(number: number): void {
    const candidate = this.#candidate;
    if (candidate?.head.number === number && number > (this.#packed?.head.number ?? 0)) this.#packed = candidate;
    this.#candidate = null;
  }

  /** The newest snapshot that is committed; null before there are settings. Rejects when the database cannot be reached. */
  newest(): Promise<PackedSnapshot | null> {
    this.#reading ??= this.#newest().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #newest(): Promise<PackedSnapshot | null> {
    if (this.#packed !== null && this.#packed.head.number === (await newestChange(this.#database.read, 'snapshot'))) return this.#packed;
    const { number, parts } = await this.#database.snapshot(async (tx) => ({
      number: await newestChange(tx, 'snapshot'),
      parts: await readLive(tx, this.#key, this.#revisions),
    }));
    if (parts === null || number === 0) return null;
    const { packed, problems } = this.#packer.pack(buildSnapshot(parts, number));
    if (packed === undefined) {
      const errors = problems.filter(({ severity }) => severity === 'error').map(({ message }) => message);
      throw new Error(`What is live does not compile: ${errors.join('; ')}`);
    }
    this.#packed = packed;
    return packed;
  }
}

/** Adds what is read to a map and never takes away from it: a transaction that is rolled back must not empty the memory of what is live. */
class RevisionsInUse extends Map<string, KnownRevision> {
  readonly #shared: Map<string, KnownRevision>;

  constructor(shared: Map<string, KnownRevision>) {
    super(shared);
    this.#shared = shared;
  }

  override set(id: string, revision: KnownRevision): this {
    // The base class fills itself before there are private members.
    if (#shared in this) this.#shared.set(id, revision);
    return super.set(id, revision);
  }
}

import type { Database, Transaction } from '@gatehouse/database';
import type { Caller } from '../access/caller.ts';
import { type Actor, type AuditEntry, recordAudit } from '../audit/record-audit.ts';
import { recordChange } from '../changes/record-change.ts';
import { toActor } from '../operation/actor.ts';
import { Refusal } from '../operation/refusal.ts';
import type { ControlTables } from '../schema/tables.ts';
import { withoutOthers } from './without-others.ts';

/** Compiles what would be live; see `SnapshotBuilder`. */
export interface SnapshotCheck {
  check(tx: Transaction<ControlTables>, number: number): Promise<unknown>;
  /** The transaction whose change has this number, the last that was checked with it, is committed. */
  committed?(number: number): void;
}

export interface ChangeOptions {
  actor: Actor;
  /** `file`: what is made belongs to the configuration file, and what belongs to it may be changed. Null: a person's change. */
  managedBy: string | null;
  atMs: number;
  /** Who is told what is wrong; absent: somebody who may know everything. */
  caller?: Caller;
  /** How long the transaction may take, ms. Default: as every other. */
  timeoutMs?: number;
}

export interface ChangeDependencies {
  database: Database<ControlTables>;
  snapshots: SnapshotCheck;
}

/**
 * A change of resources while its transaction is open. Whatever changes something takes one, so that several changes can be one
 * transaction: one snapshot that is compiled once, one commit.
 */
export class Change {
  readonly tx: Transaction<ControlTables>;
  readonly actor: Actor;
  readonly managedBy: string | null;
  readonly atMs: number;
  readonly #snapshots: SnapshotCheck;
  readonly #caller: Caller | undefined;
  readonly #audit: AuditEntry[] = [];
  #number: number | null = null;

  constructor(tx: Transaction<ControlTables>, snapshots: SnapshotCheck, { actor, managedBy, atMs, caller }: ChangeOptions) {
    this.tx = tx;
    this.#snapshots = snapshots;
    this.actor = actor;
    this.managedBy = managedBy;
    this.atMs = atMs;
    this.#caller = caller;
  }

  /**
   * Number of the snapshot that first holds the change. The first call takes it, and with it locks out all other changes of what is live:
   * read what the change depends on after it. `key` says in the change log what changed: `apis/petstore`.
   */
  async beginLive(key: string): Promise<number> {
    this.#number ??= await recordChange(this.tx, 'snapshot', key, this.atMs);
    return this.#number;
  }

  /** Null: what is live stays as it was. */
  get number(): number | null {
    return this.#number;
  }

  /** Audit rows are written last: whoever waits for the audit's next number holds no row that another one wants. */
  audit(...entries: AuditEntry[]): void {
    this.#audit.push(...entries);
  }

  /** Nothing was changed so far. */
  get isEmpty(): boolean {
    return this.#number === null && this.#audit.length === 0;
  }

  /** To be called once, after everything: compiles what will be live and writes the audit. Throws `Refusal` `publication.invalid`. */
  async finish(): Promise<void> {
    if (this.#number !== null) await this.#check(this.#number);
    for (const entry of this.#audit) await recordAudit(this.tx, this.actor, entry, this.atMs);
  }

  async #check(number: number): Promise<void> {
    try {
      await this.#snapshots.check(this.tx, number);
    } catch (error) {
      if (!(error instanceof Refusal) || this.#caller === undefined) throw error;
      throw await withoutOthers(this.tx, this.#caller, error);
    }
  }
}

/** Carries what would have been done out of a transaction that is rolled back. */
class Rehearsed<Result> extends Error {
  readonly result: Result;

  constructor(result: Result) {
    super('A rehearsal ends with a rollback');
    this.result = result;
  }
}

/** As `changeResources`, with everything that it checks, and changes nothing. */
export async function rehearseChange<Result>(
  { database, snapshots }: ChangeDependencies,
  options: ChangeOptions,
  work: (change: Change) => Promise<Result>,
): Promise<Result> {
  try {
    return await database.transaction(async (tx) => {
      const change = new Change(tx, snapshots, options);
      const result = await work(change);
      await change.finish();
      throw new Rehearsed(result);
    });
  } catch (error) {
    if (error instanceof Rehearsed) return (error as Rehearsed<Result>).result;
    throw error;
  }
}

/** Does `work` as one change: one transaction, one snapshot. Resolves with what it returned and the snapshot's number, after the commit. */
export async function changeResources<Result>(
  { database, snapshots }: ChangeDependencies,
  options: ChangeOptions,
  work: (change: Change) => Promise<Result>,
): Promise<{ result: Result; number: number | null }> {
  const { timeoutMs } = options;
  const changed = await database.transaction(
    async (tx) => {
      const change = new Change(tx, snapshots, options);
      const result = await work(change);
      await change.finish();
      return { result, number: change.number };
    },
    timeoutMs === undefined ? {} : { timeoutMs },
  );
  if (changed.number !== null) snapshots.committed?.(changed.number);
  return changed;
}

/** A change that a caller of the management interface makes. */
export function optionsOf(call: { caller: Caller; address: string; requestId: string }): ChangeOptions {
  return { actor: toActor(call), managedBy: null, atMs: Date.now(), caller: call.caller };
}

/** `changeResources` for a caller of the management interface. */
export function changeBy<Result>(
  dependencies: ChangeDependencies,
  call: { caller: Caller; address: string; requestId: string },
  work: (change: Change) => Promise<Result>,
): Promise<{ result: Result; number: number | null }> {
  return changeResources(dependencies, optionsOf(call), work);
}

import { type Database, type Transaction, takeNumber } from '@gatehouse/database';
import { stringifyEntityRef } from '../model/index.ts';
import { applyChanges } from '../store/apply-changes.ts';
import type { EntityMark, EntityOwner, EntityWrite, SourceRecord } from '../store/catalog-store.ts';
import { type ConflictRecord, saveConflicts } from '../store/conflicts.ts';
import { readOwnedBy, readOwners } from '../store/owners.ts';
import { readSourcesById, saveSources } from '../store/sources.ts';
import type { CatalogTables } from '../store/tables.ts';
import { locationKeyOf, type SourceItem, sourceIdOf } from './mutation.ts';
import type { ProcessedSource } from './processed-source.ts';

type Tx = Transaction<CatalogTables>;

export interface CommitOptions {
  provider: string;
  /** What becomes of entities that a source no longer has. */
  orphans: OrphanPolicy;
  /** Sources that are gone, so that others may have what was theirs. */
  isGone(source: string): boolean;
  now: number;
}

export interface OrphanPolicy {
  strategy: 'delete' | 'keep';
  gracePeriodMs: number;
}

export interface CommitResult {
  written: number;
  unchanged: number;
  conflicts: ConflictRecord[];
  /** Refs that their source no longer has: who was refused may have them now. */
  released: string[];
}

/** Stores what sources gave, in one transaction. */
export async function commitSources(
  database: Database<CatalogTables>,
  processed: readonly ProcessedSource[],
  options: CommitOptions,
): Promise<CommitResult> {
  return database.transaction((tx) => store(tx, processed, options), { timeoutMs: TIMEOUT_MS });
}

/**
 * Stores part of a large source before the rest of it is known. The source is saved with it, unread: if this process dies now, the
 * next scan knows whose entities these are, and reads the source once more.
 */
export async function commitPart(
  database: Database<CatalogTables>,
  item: SourceItem,
  writes: readonly EntityWrite[],
  options: CommitOptions,
): Promise<CommitResult> {
  return database.transaction(
    async (tx) => {
      await lockWriters(tx);
      const { type, target } = item.location;
      const id = sourceIdOf(item);
      const [stored] = await readSourcesById(tx, [id]);
      const record = stored ?? { id, provider: options.provider, type, target, locationKey: locationKeyOf(item), documents: [] };
      if (stored?.version !== undefined || stored === undefined) await saveSources(tx, [{ ...record, version: undefined }]);
      const { accepted, conflicts, losers } = await decide(tx, writes, options);
      const { written, unchanged } = await applyChanges(tx, { entities: accepted });
      await forgetRead(tx, losers);
      return { written: written.length, unchanged, conflicts, released: [] };
    },
    { timeoutMs: TIMEOUT_MS },
  );
}

const TIMEOUT_MS = 60_000;

async function store(tx: Tx, processed: readonly ProcessedSource[], options: CommitOptions): Promise<CommitResult> {
  await lockWriters(tx);
  const ids = processed.map(({ item }) => sourceIdOf(item));
  const owned = new Map<string, EntityOwner[]>(ids.map((id) => [id, []]));
  for (const owner of await readOwnedBy(tx, ids)) owned.get(owner.source)?.push(owner);
  const { accepted, conflicts, losers } = await decide(
    tx,
    processed.flatMap(({ writes }) => writes),
    options,
  );
  const marks: EntityMark[] = [];
  const remove: string[] = [];
  const released: string[] = [];
  for (const source of processed) {
    const own = owned.get(sourceIdOf(source.item)) ?? [];
    const isOwn = new Set(own.map(({ ref }) => ref));
    for (const { ref, status } of source.broken) if (isOwn.has(ref)) marks.push({ ref, status, orphan: false, removeAt: null });
    if (source.keepsMissing) continue;
    for (const owner of own) {
      if (source.refs.has(owner.ref)) continue;
      released.push(owner.ref);
      const mark = orphaned(owner, options);
      if (mark === 'remove') remove.push(owner.ref);
      else if (mark !== undefined) marks.push(mark);
    }
  }
  const { written, unchanged } = await applyChanges(tx, { entities: accepted, marks, remove });
  const all = [...processed.flatMap((source) => source.conflicts), ...conflicts];
  const yielding = new Set(processed.filter(({ item }) => item.isYielding === true).map(({ item }) => sourceIdOf(item)));
  const refused = new Set(all.map(({ source }) => source));
  await saveSources(
    tx,
    processed.map((source) => {
      const record = toRecord(source, options);
      // Nobody says when what it gives way to is gone, so it is tried again.
      return yielding.has(record.id) && refused.has(record.id) ? { ...record, version: undefined } : record;
    }),
  );
  await forgetRead(tx, losers);
  await saveConflicts(
    tx,
    ids,
    all.filter(({ source }) => !yielding.has(source)),
  );
  return { written: written.length, unchanged, conflicts: all, released };
}

/** What is to become of an entity without a source; undefined when that has been said before. */
export function orphaned(owner: EntityOwner, { orphans, now }: Pick<CommitOptions, 'orphans' | 'now'>): EntityMark | 'remove' | undefined {
  if (orphans.strategy === 'delete' && orphans.gracePeriodMs === 0) return 'remove';
  const removeAt = orphans.strategy === 'keep' ? null : (owner.removeAt ?? now + orphans.gracePeriodMs);
  if (owner.orphan && (owner.removeAt ?? null) === removeAt) return undefined;
  return { ref: owner.ref, orphan: true, removeAt };
}

/** Writers decide one after the other who has an entity: between the look at its owner and the write nobody else writes. */
export async function lockWriters(tx: Tx): Promise<void> {
  await takeNumber(tx, 'catalog_writers');
}

/** Those that lost an entity claim it again at their next scan, so that it is known who would have it if the winner let go. */
async function forgetRead(tx: Tx, sources: readonly string[]): Promise<void> {
  if (sources.length > 0) await tx.updateTable('catalog_sources').set({ version: null }).where('id', 'in', sources).execute();
}

/** Who may write what: reference for the rules is Backstage's conflict handling by location key. */
async function decide(
  tx: Tx,
  writes: readonly EntityWrite[],
  options: CommitOptions,
): Promise<{ accepted: EntityWrite[]; conflicts: ConflictRecord[]; losers: string[] }> {
  const owners = await readOwners(
    tx,
    writes.map(({ entity }) => refOf(entity)),
  );
  const accepted = new Map<string, EntityWrite>();
  const conflicts: ConflictRecord[] = [];
  const losers = new Set<string>();
  for (const write of writes) {
    const ref = refOf(write.entity);
    const owner = accepted.get(ref) ?? owners.get(ref);
    if (owner === undefined || mayTakeOver(write, owner, options)) {
      accepted.set(ref, write);
      if (owner !== undefined && owner.source !== write.source && owner.locationKey !== write.locationKey) losers.add(owner.source);
    } else
      conflicts.push({
        ref,
        source: write.source,
        locationKey: write.locationKey,
        heldBy: owner.source,
        heldKey: owner.locationKey,
        since: options.now,
      });
  }
  return { accepted: [...accepted.values()], conflicts, losers: [...losers] };
}

type Claim = Pick<EntityOwner, 'source'> & { locationKey?: string | undefined; orphan?: boolean; removeAt?: number | undefined };

function mayTakeOver(write: EntityWrite, owner: Claim, { isGone }: CommitOptions): boolean {
  if (owner.source === write.source) return true;
  if (owner.locationKey === undefined) return write.locationKey !== undefined;
  if (owner.locationKey === write.locationKey) return true;
  // Moved or renamed: its old place no longer has it.
  return owner.orphan === true || owner.removeAt !== undefined || isGone(owner.source);
}

function toRecord(source: ProcessedSource, { provider, now }: CommitOptions): SourceRecord {
  const { item, documents, reads, version, contentHash } = source;
  const id = sourceIdOf(item);
  return {
    id,
    provider,
    type: item.location.type,
    target: item.location.target,
    locationKey: locationKeyOf(item),
    version,
    contentHash,
    readAt: now,
    goodAt: now,
    documents,
    refreshKeys: reads.map(({ key }) => key),
  };
}

function refOf(entity: EntityWrite['entity']): string {
  return stringifyEntityRef(entity);
}

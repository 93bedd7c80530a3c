import type { Database } from '@gatehouse/database';
import { type Entity, stringifyEntityRef } from '../model/index.ts';
import { haveReadsChanged, type ReadRecord } from '../placeholders/read-log.ts';
import type { FileReader } from '../reading/file-reader.ts';
import { applyChanges } from '../store/apply-changes.ts';
import type { SourceRecord } from '../store/catalog-store.ts';

import { readEntityTexts } from '../store/definitions.ts';
import { readOwnedBy, readParents } from '../store/owners.ts';
import { readSources, readSourcesById, saveSources } from '../store/sources.ts';
import type { CatalogTables } from '../store/tables.ts';
import { lockWriters, type OrphanPolicy } from './commit.ts';
import { CommitQueue } from './commit-queue.ts';
import { dropSources } from './drop-sources.ts';
import { forgetVersions, refusedSources } from './forget-versions.ts';
import { inParallel } from './in-parallel.ts';
import { childrenOf } from './location-children.ts';
import { LocationRemarks, type SourceState } from './location-remarks.ts';
import { locationKeyOf, type Mutation, ROOT_PREFIX, type ScanMode, type SourceItem, sourceIdOf } from './mutation.ts';
import { type ProcessingContext, processSource, versionOf } from './process-source.ts';
import type { FailedSource } from './processed-source.ts';
import { toStatus } from './processing-problem.ts';
import { readRefreshKeys } from './refresh-keys.ts';

export interface ScanOptions extends ProcessingContext {
  database: Database<CatalogTables>;
  files: FileReader;
  provider: string;
  mode: ScanMode;
  orphans: OrphanPolicy;
  /** What sources were filled in from, kept between scans: how it is known whether that has changed. */
  reads: Map<string, readonly ReadRecord[]>;
  now(): number;
}

/** How a scan went. */
export interface ScanSummary {
  sources: number;
  unchanged: number;
  /** Sources that could not be read. */
  failed: number;
  /** Documents that are wrong. */
  broken: number;
  written: number;
  gone: number;
  /** Entities that were refused because another source has them. */
  conflicts: number;
}

/** Sources that are read at a time: of files few, since there is no network to wait for and each may be large. */
const CONCURRENCY = 16;
const FILES_CONCURRENCY = 2;
const DROPPED_AT_ONCE = 1_000;
/** Locations below Locations: a server that makes up new ones for ever is not followed for ever. */
const DEPTH_MAX = 20;
const ITEMS_MAX = 500_000;

/** What the documents of a source were, as Locations. */
interface Found {
  /** New or read again. */
  entities: Entity[];
  /** Refs of those that stay as they are stored. */
  stored: string[];
}

/**
 * Brings the catalog to what a provider says. What is unchanged is not read; what cannot be read keeps what it gave. When it is
 * aborted, or the process dies, what was stored so far stands and the next scan does the rest.
 */
export class Scan {
  readonly #options: ScanOptions;
  readonly #summary: ScanSummary = { sources: 0, unchanged: 0, failed: 0, broken: 0, written: 0, gone: 0, conflicts: 0 };
  #records = new Map<string, SourceRecord>();
  #refreshKeys = new Map<string, string[]>();
  /** Everything that was named in this scan. */
  readonly #items = new Map<string, SourceItem>();
  /** Named by another Location after it had been taken up. */
  readonly #late = new Set<string>();
  /** Known to differ from what is stored. */
  readonly #changed = new Set<string>();
  /** Below a Location that could not be searched: nobody knows whether it is gone. */
  readonly #spared = new Set<string>();
  readonly #gone = new Set<string>();
  readonly #states = new Map<string, SourceState>();
  readonly #remarks = new LocationRemarks();
  readonly #broken = new Set<string>();
  readonly #released = new Set<string>();
  readonly #queue: CommitQueue;

  constructor(options: ScanOptions) {
    this.#options = options;
    const { provider, orphans, now } = options;
    const isGone = (id: string) => this.#gone.has(id);
    this.#queue = new CommitQueue(options.database, () => ({ provider, orphans, isGone, now: now() }), this.#released);
  }

  async run(mutation: Mutation): Promise<ScanSummary> {
    const { database, provider, signal } = this.#options;
    const roots: SourceItem[] = [];
    for await (const item of mutation.type === 'full' ? mutation.items : mutation.added) roots.push(item);
    signal.throwIfAborted();
    this.#records = new Map((await readSources(database.read, provider)).map((record) => [record.id, record]));
    this.#refreshKeys = await readRefreshKeys(database.read, provider);
    if (mutation.type === 'full') this.#foresee(roots);
    await this.#walk(roots);
    const missing = mutation.type === 'full' ? [...this.#records.keys()].filter((id) => !this.#spared.has(id)) : mutation.removed;
    await this.#drop(missing.filter((id) => !this.#items.has(id)));
    await this.#retry();
    await this.#saveRemarks();
    return { ...this.#summary, written: this.#queue.written, conflicts: this.#queue.conflicts };
  }

  /** What a flat listing no longer has is known before anything is read, so that what has moved finds its entity free at once. */
  #foresee(roots: readonly SourceItem[]): void {
    const ids = [...this.#records.keys()];
    // Sources below Locations are found on the way only.
    if (ids.some((id) => this.#storedLocations(id).length > 0)) return;
    const listed = new Set(roots.map(sourceIdOf));
    for (const id of ids) if (!listed.has(id)) this.#gone.add(id);
  }

  async #walk(roots: readonly SourceItem[]): Promise<void> {
    let level = roots;
    for (let depth = 0; level.length > 0 && depth < DEPTH_MAX; depth++) {
      const fresh = this.#take(level);
      await this.#leaveToOthers(fresh);
      const due = await this.#findDue(fresh);
      const found: Found = { entities: [], stored: [] };
      for (const id of fresh.keys()) {
        if (due.has(id)) continue;
        this.#summary.unchanged++;
        found.stored.push(...this.#storedLocations(id));
      }
      const read = async (item: SourceItem) => {
        const { entities, stored } = await this.#process(item, this.#changed.has(sourceIdOf(item)));
        found.entities.push(...entities);
        found.stored.push(...stored);
      };
      const { files = [], others = [] } = Object.groupBy(due.values(), ({ location }) => (location.type === 'file' ? 'files' : 'others'));
      await Promise.all([inParallel(files, FILES_CONCURRENCY, read), inParallel(others, CONCURRENCY, read)]);
      await this.#queue.flush();
      level = await this.#expand(found);
    }
  }

  /** The items of a level that were not met before, by id; a place that several Locations of the level name is taken once. */
  #take(level: readonly SourceItem[]): Map<string, SourceItem> {
    const fresh = new Map<string, SourceItem>();
    for (const item of level) {
      const id = sourceIdOf(item);
      const known = this.#items.get(id);
      if (known === undefined && this.#items.size >= ITEMS_MAX) continue;
      const merged = known === undefined ? item : { ...known, parents: [...new Set([...(known.parents ?? []), ...(item.parents ?? [])])] };
      this.#items.set(id, merged);
      if (known === undefined || fresh.has(id)) fresh.set(id, merged);
      else this.#late.add(id);
    }
    this.#summary.sources += fresh.size;
    return fresh;
  }

  /** A source belongs to the provider that named it first, for as long as that provider has it. */
  async #leaveToOthers(fresh: Map<string, SourceItem>): Promise<void> {
    const unknown = [...fresh.keys()].filter((id) => !this.#records.has(id));
    for (const record of await readSourcesById(this.#options.database.read, unknown)) {
      if (record.provider !== this.#options.provider) fresh.delete(record.id);
    }
  }

  /** The items that are to be read. */
  async #findDue(fresh: ReadonlyMap<string, SourceItem>): Promise<Map<string, SourceItem>> {
    const { rules, mode } = this.#options;
    const due = new Map<string, SourceItem>();
    const dependent: SourceItem[] = [];
    for (const [id, item] of fresh) {
      const version = this.#records.get(id)?.version;
      const isSame = item.version === undefined ? mode === 'changed' : version === versionOf(item.version, item, rules);
      const isKnown = version !== undefined && isSame;
      if (!isKnown) due.set(id, item);
      if (!isKnown && item.version !== undefined) this.#changed.add(id);
      // It may be what it was while what it was filled in from is not.
      if (version !== undefined && this.#refreshKeys.has(id) && !this.#changed.has(id)) dependent.push(item);
    }
    await inParallel(dependent, CONCURRENCY, async (item) => {
      const id = sourceIdOf(item);
      if (!(await this.#isFilledInAnew(id))) return;
      this.#changed.add(id);
      due.set(id, item);
    });
    return due;
  }

  async #isFilledInAnew(id: string): Promise<boolean> {
    const { reader, reads, signal, mode } = this.#options;
    const asked: ReadRecord[] = [];
    const records = new Map(reads.get(id)?.map((record) => [record.key, record]));
    for (const key of this.#refreshKeys.get(id) ?? []) {
      // What the listing has itself is compared there, without another question.
      if (this.#items.get(key)?.version !== undefined) {
        if (this.#changed.has(key)) return true;
        continue;
      }
      if (mode === 'changed' && !key.startsWith('file:')) continue;
      const record = records.get(key);
      // After a restart nobody remembers what it was filled in from.
      if (record === undefined) return true;
      asked.push(record);
    }
    return asked.length > 0 && (await haveReadsChanged(asked, reader, signal));
  }

  async #process(item: SourceItem, isForced: boolean): Promise<Found> {
    const { signal, reads } = this.#options;
    signal.throwIfAborted();
    const id = sourceIdOf(item);
    const outcome = await processSource(item, this.#records.get(id), isForced, {
      ...this.#options,
      storePart: (source, writes) => this.#queue.addPart(source, writes),
    });
    if (outcome.outcome === 'unchanged') this.#summary.unchanged++;
    if (outcome.outcome === 'failed') await this.#fail(outcome);
    if (outcome.outcome !== 'processed') return { entities: [], stored: this.#storedLocations(id) };
    if (outcome.reads.length === 0) reads.delete(id);
    else reads.set(id, outcome.reads);
    this.#states.set(id, { documents: outcome.documents });
    for (const { ref } of outcome.broken) this.#broken.add(ref);
    this.#summary.broken += outcome.documents.filter(({ problems }) => problems !== undefined).length;
    await this.#queue.add(outcome);
    const entities = outcome.locations;
    const isNew = new Set(entities.map(stringifyEntityRef));
    const isKept = (ref: string) => !isNew.has(ref) && (outcome.keepsMissing || outcome.broken.some((broken) => broken.ref === ref));
    return { entities, stored: this.#storedLocations(id).filter(isKept) };
  }

  #storedLocations(id: string): string[] {
    const documents = this.#records.get(id)?.documents ?? [];
    return documents.flatMap(({ ref }) => (ref?.startsWith('location:') === true ? [ref] : []));
  }

  async #expand({ entities, stored }: Found): Promise<SourceItem[]> {
    const { database, reader, files } = this.#options;
    const items: SourceItem[] = [];
    const texts = await readEntityTexts(database.read, stored);
    for (const entity of [...entities, ...texts.map((text) => JSON.parse(text.entity) as Entity)]) {
      const ref = stringifyEntityRef(entity);
      const children = await childrenOf(entity, reader, files);
      this.#remarks.begin(ref, children.problems);
      items.push(...children.items);
      if (children.isIncomplete) for (const id of await this.#sourcesBelow(ref)) this.#spared.add(id);
    }
    return items;
  }

  /** Sources that were reached through a Location before. */
  async #sourcesBelow(ref: string): Promise<string[]> {
    const rows = await this.#options.database.read
      .selectFrom('catalog_parents')
      .innerJoin('catalog_entities', 'catalog_entities.ref', 'catalog_parents.ref')
      .select('catalog_entities.source')
      .distinct()
      .where('catalog_parents.parent_ref', '=', ref)
      .execute();
    return rows.map(({ source }) => source);
  }

  async #fail({ item, message, isMissing }: FailedSource): Promise<void> {
    const { database, provider, now } = this.#options;
    const id = sourceIdOf(item);
    if (isMissing && item.skipsForeign === true) {
      // It went between the listing and the reading.
      this.#items.delete(id);
      return;
    }
    if (isMissing && item.isOptional === true) {
      const lists = { writes: [], locations: [], conflicts: [], broken: [], documents: [], reads: [] };
      const nothing = { refs: new Set<string>(), keepsMissing: false, version: undefined, contentHash: undefined, size: 0 };
      await this.#queue.add({ outcome: 'processed', item, ...lists, ...nothing });
      return;
    }
    this.#summary.failed++;
    const { type, target } = item.location;
    const stored = this.#records.get(id) ?? { id, provider, type, target, locationKey: locationKeyOf(item), documents: [] };
    // Without its version it is processed whole when it can be read again, which takes the remark from its entities.
    const record: SourceRecord = { ...stored, error: message, readAt: now(), version: undefined };
    this.#states.set(id, record);
    const status = toStatus([{ name: isMissing ? 'NotFoundError' : 'Error', message }]);
    await database.transaction(async (tx) => {
      await lockWriters(tx);
      await saveSources(tx, [record]);
      const owned = await readOwnedBy(tx, [id]);
      await applyChanges(tx, { marks: owned.map(({ ref }) => ({ ref, status })) });
    });
  }

  async #drop(ids: readonly string[]): Promise<void> {
    const { database, now, reads } = this.#options;
    this.#summary.gone = ids.length;
    const isMeant = ids.some((id) => id.startsWith(ROOT_PREFIX));
    const orphans: OrphanPolicy = isMeant ? { strategy: 'delete', gracePeriodMs: 0 } : this.#options.orphans;
    for (let at = 0; at < ids.length; at += DROPPED_AT_ONCE) {
      const chunk = ids.slice(at, at + DROPPED_AT_ONCE);
      const released = await database.transaction((tx) => dropSources(tx, chunk, { orphans, now: now() }));
      for (const ref of released) this.#released.add(ref);
      for (const id of chunk) reads.delete(id);
    }
  }

  /** Reads once more what was refused an entity that is free now, and what a second Location turned out to name. */
  async #retry(): Promise<void> {
    const { database } = this.#options;
    const due = new Set(await refusedSources(database, this.#released));
    for (const id of await this.#findReparented()) due.add(id);
    const elsewhere: string[] = [];
    for (const id of due) {
      const item = this.#items.get(id);
      if (item === undefined) elsewhere.push(id);
      else await this.#process(item, true);
    }
    await this.#queue.flush();
    await forgetVersions(database, elsewhere, { isUrgent: true });
  }

  /** Of the places that were named late, those whose entities do not say so yet. */
  async #findReparented(): Promise<string[]> {
    const { read } = this.#options.database;
    const owned = await readOwnedBy(read, [...this.#late]);
    const parents = new Map<string, string[]>();
    const refs = owned.map(({ ref }) => ref);
    for (const { ref, parentRef } of await readParents(read, refs)) parents.set(ref, [...(parents.get(ref) ?? []), parentRef]);
    const isStale = ({ ref, source }: { ref: string; source: string }) =>
      (parents.get(ref) ?? []).toSorted().join() !== [...(this.#items.get(source)?.parents ?? [])].sort().join();
    return owned.filter(isStale).map(({ source }) => source);
  }

  /** Locations say what is wrong below them, and stop saying what has been put right. */
  async #saveRemarks(): Promise<void> {
    for (const [id, item] of this.#items) {
      const state = this.#states.get(id) ?? this.#records.get(id);
      if (state !== undefined && item.parents !== undefined) this.#remarks.add(item, state);
    }
    const marks = this.#remarks.toMarks(this.#broken);
    if (marks.length > 0) await this.#options.database.transaction((tx) => applyChanges(tx, { marks }));
  }
}

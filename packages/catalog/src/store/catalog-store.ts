import type { Entity, Relation, StatusItem } from '../model/index.ts';

/**
 * What writes to the catalog's tables gives and gets. The functions are plain and take the transaction:
 *
 *  - `applyChanges(tx, batch)` (apply-changes.ts): entities, in batches of hundreds to some thousands. Nothing is written for what
 *    is unchanged; all that changes gets one change number, and every node is woken after the commit.
 *  - `readOwners(db, refs)` and `readRefsOfSources(db, sources)` (owners.ts): who has an entity, before it is written.
 *  - `readSources`, `saveSources`, `removeSources`, `sourcesByRefreshKeys` (sources.ts): what was read, when, and how it went.
 *  - `saveConflicts`, `readConflicts` (conflicts.ts): entities that a source claims and another one has.
 *  - `addLocation`, `updateLocation`, `removeLocation`, `readLocations` (locations.ts): what was registered through the interface.
 *  - `purgeTombstones(tx, before)` (tombstones.ts): to be called by the leader about once a day.
 *  - `changesSince(db, position, limit)` (changes.ts): the change feed. Wake-up: `database.notifier.listen(CATALOG_CHANNEL, …)`.
 *
 * For reads by ref, filter or uid there is the index (query/entity-index.ts), not these tables.
 */
export interface CatalogBatch {
  /** Written when anything of it differs from what is stored; an entity that was removed comes back with its uid. */
  entities?: readonly EntityWrite[];
  /** Changes beside the content: the last good version of the entity stays as it is. Unknown refs are left out. */
  marks?: readonly EntityMark[];
  /** Refs of entities that disappear now. Unknown ones are left out. */
  remove?: readonly string[];
}

export interface EntityWrite {
  /** Validated, placeholders replaced, annotations added. `relations`, `status`, `metadata.uid` and `metadata.etag` are not stored. */
  entity: Entity;
  /** What the entity declares, in both directions (`relationsOf`). Those that end elsewhere show on that other entity. */
  relations: readonly Relation[];
  /** Id of the source it was read from (`SourceRecord.id`). */
  source: string;
  locationKey?: string | undefined;
  /** Refs of the Location entities that lead here; none for what a provider gives directly. */
  parents?: readonly string[];
  /** Shown as `status.items`. Absent: no remarks. */
  status?: readonly StatusItem[];
  /** Adds the annotation `backstage.io/orphan: 'true'`. */
  orphan?: boolean;
}

/** What is to change of an entity beside its content; absent members stay. */
export interface EntityMark {
  ref: string;
  status?: readonly StatusItem[];
  orphan?: boolean;
  /** When the grace period ends, ms since 1970; null when the entity stays. The entity is served until then: `readExpired` finds it afterwards. */
  removeAt?: number | null;
}

export interface AppliedBatch {
  /** The change number, for `EntityIndex.caughtUp`; undefined when nothing was written. */
  number: number | undefined;
  /** Refs that were written, in the order in which they were given. */
  written: string[];
  unchanged: number;
  removed: string[];
}

/** Who has an entity. */
export interface EntityOwner {
  ref: string;
  uid: string;
  source: string;
  locationKey: string | undefined;
  orphan: boolean;
  removeAt: number | undefined;
}

/** How one document of a source went, in the order of the documents. */
export interface SourceDocument {
  /** The entity it gave, now or last time it was good. */
  ref?: string | undefined;
  /** What is wrong with it; absent when nothing is. */
  problems?: { message: string; line?: number; column?: number }[];
}

/** One place that is read: a file, a URL, an object, a service that pushes. */
export interface SourceRecord {
  /** `<type>:<target>` in general; unique over all providers. */
  id: string;
  provider: string;
  type: string;
  target: string;
  locationKey?: string | undefined;
  /** ETag or mtime and size of what was read last. */
  version?: string | undefined;
  contentHash?: string | undefined;
  readAt?: number | undefined;
  goodAt?: number | undefined;
  /** Of the source as a whole: not reachable, not YAML. */
  error?: string | undefined;
  /** When it, or a document of it, became wrong; kept by the store. */
  errorSince?: number | undefined;
  documents: SourceDocument[];
  /** Further keys under which a refresh finds it (`url:https://…` of what it includes). Replaces those stored; absent: they stay. */
  refreshKeys?: readonly string[];
}

/** The channel of the notifier on which every change of entities is announced. */
export const CATALOG_CHANNEL = 'catalog';

/** The sequence of change numbers. */
export const CATALOG_SEQUENCE = 'catalog';

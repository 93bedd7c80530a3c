import type { LocationRef } from '../model/index.ts';

/** Something that holds entities: a file, a URL, an object, a push; or the entities themselves. */
export interface SourceItem {
  /** What `managed-by-location` of its entities says. */
  location: LocationRef;
  /** `SourceRecord.id`; default the location as text. */
  id?: string;
  /** Who else may write its entities: whoever has the same key. Default the id; null: none, others come before it. */
  locationKey?: string | null;
  /** What `managed-by-origin-location` says; default the location itself. */
  origin?: LocationRef;
  /** Refs of the Location entities that lead here. */
  parents?: readonly string[];
  /** What a listing says of its present state; when that is known already, the item is not read. */
  version?: string;
  /** Gives the content, when it is not to be read from the location. Called only when the version is another one. */
  load?(): Promise<{ text: string } | { entities: readonly unknown[] }>;
  /** `presence: optional`: that there is nothing is no error. */
  isOptional?: boolean;
  /** Documents that are no entities at all are passed over: others put their files into a bucket too. */
  skipsForeign?: boolean;
  /** Gives way to whoever has the entity, and that is no conflict worth showing. */
  isYielding?: boolean;
  /** `catalog.rules` do not apply: the entities are the installation's own. */
  isTrusted?: boolean;
}

/** What a provider says of its entities: all it has, or what has changed. */
export type Mutation =
  | { type: 'full'; items: Iterable<SourceItem> | AsyncIterable<SourceItem> }
  | { type: 'delta'; added: Iterable<SourceItem>; removed: readonly string[] };

/** `full`: everything is compared with its source; `changed`: only what is known to have changed or failed. */
export type ScanMode = 'full' | 'changed';

export interface Schedule {
  /** Milliseconds from the end of a scan to the next one; undefined: only when asked to. */
  frequencyMs: number | undefined;
  timeoutMs: number;
  initialDelayMs: number;
}

/** Where entities come from. */
export interface EntityProvider {
  /** Stays the same over restarts: what it gave is found by it. */
  readonly name: string;
  /** What kind of place it reads, for people. */
  readonly type: 'locations' | 'awsS3' | 'gateway';
  /** What it reads, for people. Without credentials. */
  readonly target: string;
  readonly schedule: Schedule;
  /** What there is now. When it throws, the catalog keeps what it had. */
  list(signal: AbortSignal): Promise<Mutation>;
  /** Calls back when a scan is worth while before the schedule says so. Returns what ends it. */
  watch?(changed: () => void): () => void;
  /** After a scan that went through: what there is to watch may have changed. */
  scanned?(): Promise<void>;
}

/** Ids of what an operator has registered begin with it: what is no longer registered goes at once, with all that it led to. */
export const ROOT_PREFIX = 'root:';

export function sourceIdOf(item: SourceItem): string {
  return item.id ?? `${item.location.type}:${item.location.target}`;
}

export function locationKeyOf(item: SourceItem): string | undefined {
  return item.locationKey === null ? undefined : (item.locationKey ?? sourceIdOf(item));
}

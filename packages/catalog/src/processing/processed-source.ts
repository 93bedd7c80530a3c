import type { Entity, StatusItem } from '../model/index.ts';
import type { ReadRecord } from '../placeholders/read-log.ts';
import type { EntityWrite, SourceDocument } from '../store/catalog-store.ts';
import type { ConflictRecord } from '../store/conflicts.ts';
import type { SourceItem } from './mutation.ts';

/** What became of a source's content. */
export interface ProcessedSource {
  outcome: 'processed';
  item: SourceItem;
  /** What is not stored yet; of a large source the last of it. */
  writes: EntityWrite[];
  /** Everything it has, also what is wrong now. */
  refs: ReadonlySet<string>;
  /** Its Location entities. */
  locations: Entity[];
  /** What was refused of the part that is stored. */
  conflicts: readonly ConflictRecord[];
  /** Entities whose document is wrong now: the last good version stays, with this said about it. */
  broken: { ref: string; status: StatusItem[] }[];
  /** In the order of the documents. */
  documents: SourceDocument[];
  /** A document is so broken that nobody knows which entity it was: nothing of this source is taken for missing. */
  keepsMissing: boolean;
  /** What entities were filled in from. */
  reads: ReadRecord[];
  /** Undefined: to be processed again at the next scan, because something failed that may work then. */
  version: string | undefined;
  contentHash: string | undefined;
  /** Characters of what is not stored yet, roughly. */
  size: number;
}

/** The source as a whole could not be read: what it gave stays. */
export interface FailedSource {
  outcome: 'failed';
  item: SourceItem;
  message: string;
  /** The source says that there is no such thing, which is more than being unreachable. */
  isMissing: boolean;
}

export type SourceOutcome = ProcessedSource | FailedSource | { outcome: 'unchanged'; item: SourceItem };

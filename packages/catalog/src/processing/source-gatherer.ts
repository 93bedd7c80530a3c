import type { Entity } from '../model/index.ts';
import type { ReadRecord } from '../placeholders/read-log.ts';
import type { EntityWrite, SourceDocument } from '../store/catalog-store.ts';
import type { ConflictRecord } from '../store/conflicts.ts';
import type { SourceItem } from './mutation.ts';
import type { ProcessedDocument } from './process-document.ts';
import type { ProcessedSource } from './processed-source.ts';
import { type ProcessingProblem, toSourceDocument, toStatus } from './processing-problem.ts';

/** Stores part of a source; gives what was refused of it. */
export type StorePart = (item: SourceItem, writes: readonly EntityWrite[]) => Promise<ConflictRecord[]>;

/** Documents of one source whose problems are listed; a source with more has one problem, not many. */
const PROBLEMS_MAX = 100;
/** A part of a source: few enough that storing it does not keep requests waiting. */
const PART_ENTITIES = 100;
const PART_CHARACTERS = 512 * 1024;

/** Collects what the documents of one source give, and passes it on part by part. */
export class SourceGatherer {
  readonly item: SourceItem;
  problems = 0;
  readonly #storePart: StorePart | undefined;
  readonly #documents: SourceDocument[] = [];
  readonly #broken: ProcessedSource['broken'] = [];
  readonly #locations: Entity[] = [];
  readonly #conflicts: ConflictRecord[] = [];
  readonly #reads = new Map<string, ReadRecord>();
  readonly #refs = new Set<string>();
  #writes: EntityWrite[] = [];
  #size = 0;
  #keepsMissing = false;
  #isTransient = false;

  constructor(item: SourceItem, storePart: StorePart | undefined) {
    this.item = item;
    this.#storePart = storePart;
  }

  async add(size: number, { ref, write, problem, reads, isTransient }: ProcessedDocument): Promise<void> {
    for (const read of reads) this.#reads.set(read.key, read);
    if (problem !== undefined) this.addBroken(ref, [problem], isTransient);
    else if (write !== undefined && ref !== undefined) {
      if (this.#refs.has(ref)) return this.#addTwice(ref);
      this.#refs.add(ref);
      this.#documents.push({ ref });
      if (ref.startsWith('location:')) this.#locations.push(write.entity);
      if (this.#writes.length >= PART_ENTITIES || this.#size >= PART_CHARACTERS) await this.#passOn();
      this.#writes.push(write);
      this.#size += size;
    }
  }

  addBroken(ref: string | undefined, problems: readonly ProcessingProblem[], isTransient: boolean): void {
    if (isTransient) this.#isTransient = true;
    if (ref === undefined) this.#keepsMissing = true;
    else if (this.#refs.has(ref)) return this.#addTwice(ref);
    else {
      this.#refs.add(ref);
      this.#broken.push({ ref, status: toStatus(problems.slice(0, 10)) });
    }
    this.problems++;
    this.#documents.push(toSourceDocument(ref, this.problems > PROBLEMS_MAX ? problems.slice(0, 1) : problems.slice(0, 10)));
  }

  finish(version: string | undefined, contentHash: string | undefined): ProcessedSource {
    return {
      outcome: 'processed',
      item: this.item,
      writes: this.#writes,
      refs: this.#refs,
      locations: this.#locations,
      conflicts: this.#conflicts,
      broken: this.#broken,
      documents: this.#documents,
      keepsMissing: this.#keepsMissing,
      size: this.#size,
      reads: [...this.#reads.values()],
      version: this.#isTransient ? undefined : version,
      contentHash,
    };
  }

  async #passOn(): Promise<void> {
    if (this.#storePart === undefined) return;
    const part = this.#writes;
    this.#writes = [];
    this.#size = 0;
    this.#conflicts.push(...(await this.#storePart(this.item, part)));
  }

  #addTwice(ref: string): void {
    const message = `${ref} stands in this source more than once; the first one counts`;
    this.#documents.push(toSourceDocument(ref, [{ name: 'ConflictError', message }]));
  }
}

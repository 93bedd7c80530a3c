import type { EntityMark, SourceDocument, SourceRecord } from '../store/catalog-store.ts';
import type { SourceItem } from './mutation.ts';
import { toStatus } from './processing-problem.ts';
import { shownTarget } from './shown-location.ts';

/** What is said on one Location. */
const REMARKS_MAX = 20;

/** How a source went, now or when it was read last. */
export type SourceState = Pick<SourceRecord, 'error' | 'documents'>;

/** Gathers what is wrong below Locations, so that each of them says it where its owner looks. */
export class LocationRemarks {
  readonly #remarks = new Map<string, { name: string; message: string }[]>();

  /** A Location whose targets were looked at: it says what is added, and nothing that was said before. */
  begin(ref: string, problems: readonly string[]): void {
    this.#remarks.set(
      ref,
      problems.map((message) => ({ name: 'NotFoundError', message })),
    );
  }

  add(item: SourceItem, { error, documents }: SourceState): void {
    for (const parent of item.parents ?? []) {
      const remarks = this.#remarks.get(parent);
      if (remarks === undefined) continue;
      if (error !== undefined) remarks.push({ name: 'Error', message: error });
      else for (const document of documents) if (remarks.length < REMARKS_MAX) remarks.push(...remarksOf(item, document));
    }
  }

  /** `except`: Locations that are wrong themselves, which says more. */
  toMarks(except: ReadonlySet<string>): EntityMark[] {
    const marks: EntityMark[] = [];
    for (const [ref, problems] of this.#remarks) {
      if (!except.has(ref)) marks.push({ ref, status: toStatus(problems.slice(0, REMARKS_MAX)) });
    }
    return marks;
  }
}

function remarksOf(item: SourceItem, { ref, problems }: SourceDocument): { name: string; message: string }[] {
  const [first] = problems ?? [];
  if (first === undefined) return [];
  const target = shownTarget(item.location.type, item.location.target);
  const where = first.line === undefined ? target : `${target}:${first.line}:${first.column ?? 1}`;
  return [{ name: 'InputError', message: `${where}${ref === undefined ? '' : ` (${ref})`}: ${first.message}` }];
}

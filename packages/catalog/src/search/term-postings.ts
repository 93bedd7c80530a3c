import { Numbers } from '../query/numbers.ts';

const WEIGHT_BITS = 8;
/** Documents that an index can number. */
export const DOCUMENTS_MAX = 2 ** (32 - WEIGHT_BITS) - 1;
export const WEIGHT_MAX = 2 ** WEIGHT_BITS - 1;

/** For each term the documents that have it, with a weight from 1 to `WEIGHT_MAX`. Only added to: documents that are gone are passed over. */
export class TermPostings {
  /** The first document of each term in place: most terms have no other. 0: none. */
  readonly #first = new Numbers();
  readonly #more = new Map<number, { postings: Numbers; length: number }>();

  add(term: number, document: number, weight: number): void {
    const posting = ((document << WEIGHT_BITS) | weight) >>> 0;
    if (this.#first.get(term) === 0) {
      this.#first.set(term, posting);
      return;
    }
    const more = this.#more.get(term) ?? { postings: new Numbers(), length: 0 };
    more.postings.set(more.length++, posting);
    this.#more.set(term, more);
  }

  count(term: number): number {
    return this.#first.get(term) === 0 ? 0 : 1 + (this.#more.get(term)?.length ?? 0);
  }

  forEach(term: number, visit: (document: number, weight: number) => void): void {
    const first = this.#first.get(term);
    if (first === 0) return;
    visit(first >>> WEIGHT_BITS, first & WEIGHT_MAX);
    const more = this.#more.get(term);
    if (more === undefined) return;
    for (let at = 0; at < more.length; at++) {
      const posting = more.postings.get(at);
      visit(posting >>> WEIGHT_BITS, posting & WEIGHT_MAX);
    }
  }

  trim(): void {
    for (const more of this.#more.values()) more.postings.trim(more.length);
  }
}

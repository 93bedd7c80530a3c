import { AppendLists } from '../query/append-lists.ts';
import { Numbers } from '../query/numbers.ts';

const WEIGHT_BITS = 8;
/** Documents that an index can number. */
export const DOCUMENTS_MAX = 2 ** (32 - WEIGHT_BITS) - 1;
export const WEIGHT_MAX = 2 ** WEIGHT_BITS - 1;

/** For each term the documents that have it, with a weight from 1 to `WEIGHT_MAX`. Only added to: documents that are gone are passed over. */
export class TermPostings {
  /**
   * For each document, in ascending order, its distance from the one before, twice, + 1 where its weight is another one, which then
   * follows: words stand in many documents, and mostly at the same place. Most postings take one or two bytes.
   */
  readonly #lists = new AppendLists();
  /** The last document of each term and its weight. */
  readonly #last = new Numbers();
  readonly #counts = new Numbers();
  #terms = 0;

  /** Documents must come in ascending order, each once for a term. */
  add(term: number, document: number, weight: number): void {
    const last = this.#last.get(term);
    const distance = document - (last >>> WEIGHT_BITS);
    if ((last & WEIGHT_MAX) === weight) this.#lists.append(term, distance * 2);
    else {
      this.#lists.append(term, distance * 2 + 1);
      this.#lists.append(term, weight);
    }
    this.#last.set(term, ((document << WEIGHT_BITS) | weight) >>> 0);
    this.#counts.set(term, this.#counts.get(term) + 1);
    this.#terms = Math.max(this.#terms, term + 1);
  }

  count(term: number): number {
    return this.#counts.get(term);
  }

  forEach(term: number, visit: (document: number, weight: number) => void): void {
    let document = 0;
    let weight = 0;
    let isWeight = false;
    this.#lists.forEach(term, (number) => {
      if (isWeight) {
        weight = number;
        isWeight = false;
      } else {
        document += number >>> 1;
        isWeight = number % 2 === 1;
      }
      if (!isWeight) visit(document, weight);
    });
  }

  /** Gives back room that was taken in advance. */
  trim(): void {
    this.#lists.trim();
    this.#last.trim(this.#terms);
    this.#counts.trim(this.#terms);
  }
}

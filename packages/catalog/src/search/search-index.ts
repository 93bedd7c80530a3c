import type { Entity } from '../model/index.ts';
import { Dictionary } from '../query/dictionary.ts';
import type { EntityIndex } from '../query/entity-index.ts';
import type { ChangeConsumer } from '../query/index-follower.ts';
import { Numbers } from '../query/numbers.ts';
import { bitCount, type RowSet } from '../query/row-set.ts';
import type { ChangedEntity } from '../store/changes.ts';
import { type DefinitionWords, toDefinitionWords } from './definition-words.ts';
import { documentTerms } from './document-terms.ts';
import { inlineOperations } from './extract-operations.ts';
import { PathTable } from './path-table.ts';
import { TermPostings } from './term-postings.ts';
import { normalizePath, tokensOf } from './tokens.ts';

/** An entity (ref) that matches, and how well. */
export interface SearchHit {
  ref: string;
  score: number;
  /** It has an operation with the path that was asked for. */
  hasPath: boolean;
}

/** Words that begin with the last one of a query, while it is being written; the most frequent ones. */
const EXPANSIONS_MAX = 100;
const PREFIX_FACTOR = 0.6;
const PATH_BOOST = 1_000;
const QUERY_TOKENS_MAX = 20;

/**
 * Words of entities and of the operations in their definitions, with weights, in memory on every node. A document is one version of
 * an entity; a changed entity is a new document, and the old one is passed over until the index is made anew.
 */
export class SearchIndex implements ChangeConsumer {
  #vocabulary = new Dictionary();
  #postings = new TermPostings();
  #paths = new PathTable();
  /** The number of a document's ref in the entity index, and of a ref's document (+ 1); 0: none, or not any more. */
  #refs = new Numbers();
  #documentOf = new Numbers();
  #documents = 0;
  #live = 0;
  #scores = new Float32Array(0);
  #matches = new Uint32Array(0);

  /** True when most documents are gone: an index made anew would be smaller. */
  get isWorn(): boolean {
    return this.#documents > 20_000 && this.#documents > 2 * this.#live;
  }

  apply(changes: readonly ChangedEntity[], index: EntityIndex): void {
    for (const change of changes) {
      const ref = index.graph.refs.intern(change.ref);
      if (this.#documentOf.get(ref) !== 0) this.#live--;
      this.#documentOf.set(ref, 0);
      if (!change.deleted) this.#add(ref, change);
    }
  }

  reset(): void {
    this.#vocabulary = new Dictionary();
    this.#postings = new TermPostings();
    this.#paths = new PathTable();
    this.#refs = new Numbers();
    this.#documentOf = new Numbers();
    this.#documents = 0;
    this.#live = 0;
  }

  trim(): void {
    this.#vocabulary.trim();
    this.#postings.trim();
  }

  /**
   * The entities that have all words of `query`, or, if there is none, some of them; the best first. `rows`: only these. The last
   * word may be the beginning of one.
   */
  find(index: EntityIndex, query: string, limit: number, rows?: RowSet): { hits: SearchHit[]; total: number } {
    const tokens = [...new Set(tokensOf(query.slice(0, 500)))].slice(0, QUERY_TOKENS_MAX);
    if (tokens.length === 0) return { hits: [], total: 0 };
    const path = pathIn(query);
    this.#score(tokens, query);
    const withPath = new Set<number>();
    if (path !== undefined) this.#paths.forEach(normalizePath(path), (document) => withPath.add(document));
    return this.#best(index, limit, rows, withPath);
  }

  #add(ref: number, change: ChangedEntity): void {
    const document = this.#documents++;
    this.#refs.set(document, ref);
    this.#documentOf.set(ref, document + 1);
    this.#live++;
    const entity = JSON.parse(change.entity) as Entity;
    const definition = change.words === null ? inlineWords(entity) : (JSON.parse(change.words) as DefinitionWords);
    for (const [term, weight] of documentTerms(entity, definition)) {
      this.#postings.add(this.#vocabulary.intern(term), document, weight);
    }
    for (const template of definition?.templates ?? []) this.#paths.add(template, document);
  }

  /** Fills `#scores` and `#matches`: for each document the sum over the words, and a bit for each word that it has. */
  #score(tokens: readonly string[], query: string): void {
    if (this.#scores.length < this.#documents) {
      this.#scores = new Float32Array(this.#documents + (this.#documents >>> 3));
      this.#matches = new Uint32Array(this.#scores.length);
    } else {
      this.#scores.fill(0);
      this.#matches.fill(0);
    }
    const scores = this.#scores;
    const matches = this.#matches;
    const isOpen = /[\p{L}\p{N}]$/u.test(query);
    for (const [at, token] of tokens.entries()) {
      const terms = this.#termsOf(token);
      if (isOpen && at === tokens.length - 1) terms.push(...this.#expand(token));
      else if (terms.length === 0) terms.push(...this.#expand(token));
      const bit = 1 << at;
      for (const { term, factor } of terms) {
        const rarity = Math.log(1 + this.#documents / (1 + this.#postings.count(term))) * factor;
        this.#postings.forEach(term, (document, weight) => {
          const had = matches[document] ?? 0;
          // Of several words that begin alike a document counts one: the one that comes first, which is the word itself.
          if ((had & bit) !== 0) return;
          scores[document] = (scores[document] ?? 0) + rarity * weight;
          matches[document] = had | bit;
        });
      }
    }
  }

  /** The word itself; where nobody uses it, the singular of what may be a plural. */
  #termsOf(token: string): { term: number; factor: number }[] {
    const terms = this.#vocabulary.find(token).map((term) => ({ term, factor: 1 }));
    if (terms.length > 0 || token.length < 3 || !token.endsWith('s')) return terms;
    return this.#vocabulary.find(token.slice(0, -1)).map((term) => ({ term, factor: PREFIX_FACTOR }));
  }

  #expand(prefix: string): { term: number; factor: number }[] {
    const terms: { term: number; factor: number; count: number }[] = [];
    this.#vocabulary.withPrefix(prefix, (term) => {
      if (this.#vocabulary.lower(term) !== prefix) terms.push({ term, factor: PREFIX_FACTOR, count: this.#postings.count(term) });
    });
    return terms.sort((a, b) => b.count - a.count).slice(0, EXPANSIONS_MAX);
  }

  /** Those that have the most words, the best first. */
  #best(index: EntityIndex, limit: number, rows: RowSet | undefined, withPath: ReadonlySet<number>): { hits: SearchHit[]; total: number } {
    let most = 1;
    let total = 0;
    // Sorted, the best first; never longer than the limit.
    let best: { document: number; score: number }[] = [];
    for (let document = 0; document < this.#documents; document++) {
      const words = bitCount(this.#matches[document] ?? 0);
      if (words < most || !this.#isShown(document, index, rows)) continue;
      if (words > most) {
        most = words;
        total = 0;
        best = [];
      }
      total++;
      const score = (this.#scores[document] ?? 0) + (withPath.has(document) ? PATH_BOOST : 0);
      if (best.length === limit && score <= (best.at(-1)?.score ?? 0)) continue;
      let at = best.length;
      while (at > 0 && (best[at - 1]?.score ?? 0) < score) at--;
      best.splice(at, 0, { document, score });
      if (best.length > limit) best.pop();
    }
    const hits = best.map(({ document, score }) => ({
      ref: index.graph.refs.lower(this.#refs.get(document)),
      score,
      hasPath: withPath.has(document),
    }));
    return { hits, total };
  }

  #isShown(document: number, index: EntityIndex, rows: RowSet | undefined): boolean {
    const ref = this.#refs.get(document);
    if (this.#documentOf.get(ref) !== document + 1) return false;
    const row = index.rowOfRefId(ref);
    return row !== undefined && rows?.has(row) !== false;
  }
}

function inlineWords(entity: Entity): DefinitionWords | undefined {
  const operations = inlineOperations(entity);
  return operations === undefined ? undefined : toDefinitionWords(operations);
}

/** The path in a query such as `GET /pet/findByStatus`. */
function pathIn(query: string): string | undefined {
  return query.split(' ').find((word) => word.startsWith('/') && word.length > 1);
}

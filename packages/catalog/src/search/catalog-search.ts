import type { Database } from '@gatehouse/database';
import type { Condition } from '../query/condition.ts';
import type { IndexFollower } from '../query/index-follower.ts';
import { readOperations } from '../store/operations.ts';
import type { CatalogTables } from '../store/tables.ts';
import type { OperationText } from './extract-operations.ts';
import type { SearchHit, SearchIndex } from './search-index.ts';
import { normalizePath, tokensOf } from './tokens.ts';

export interface SearchRequest {
  /** What somebody typed: words, beginnings of words, `GET /pet/findByStatus`. */
  query: string;
  /** Only entities for which this holds. */
  where?: Condition | undefined;
  /** At most 100; default 20. */
  limit?: number;
  /** At most 1,000. */
  offset?: number;
}

export interface SearchResult {
  ref: string;
  score: number;
  /** Operations of its definition that match, the best first; at most three. */
  operations: MatchingOperation[];
}

export interface MatchingOperation {
  method: string;
  path: string;
  operationId: string;
  summary: string;
  /** 3: it has the method and path that were asked for; 2: the path; 1: every word; less: that share of the words. */
  match: number;
}

const LIMIT_MAX = 100;
const OFFSET_MAX = 1_000;
/** So many of the best are looked at more closely, whatever the page. */
const CANDIDATES = 30;
const OPERATIONS_SHOWN = 3;
/** An operation that has every word of the query counts about as much as a name that does. */
const OPERATION_BOOST = 120;
/** Who types a whole name wants what has it. */
const NAME_BOOST = 500;

/** Ranked search over names, titles, tags, owners, descriptions and operations. */
export class CatalogSearch {
  readonly #database: Database<CatalogTables>;
  readonly #follower: IndexFollower;
  readonly #index: SearchIndex;

  /** `index` must be a consumer of `follower`. */
  constructor(database: Database<CatalogTables>, follower: IndexFollower, index: SearchIndex) {
    this.#database = database;
    this.#follower = follower;
    this.#index = index;
  }

  async search(request: SearchRequest): Promise<{ items: SearchResult[]; totalItems: number }> {
    const { query, where } = request;
    const limit = Math.min(request.limit ?? 20, LIMIT_MAX);
    const offset = Math.min(request.offset ?? 0, OFFSET_MAX);
    const { index } = this.#follower;
    const rows = where === undefined ? undefined : index.select(where);
    const { hits, total } = this.#index.find(index, query, Math.max(CANDIDATES, offset + limit), rows);
    const near = hits.slice(0, Math.max(CANDIDATES, limit));
    const operations = await readOperations(
      this.#database.read,
      near.map(({ ref }) => ref),
    );
    const asked = readQuery(query);
    const looked = near.map((hit) => lookAt(hit, operations.get(hit.ref) ?? [], asked));
    looked.sort((a, b) => b.score - a.score);
    const far = hits.slice(near.length).map(({ ref, score }) => ({ ref, score, operations: [] }));
    return { items: [...looked, ...far].slice(offset, offset + limit), totalItems: total };
  }
}

interface AskedQuery {
  tokens: string[];
  method: string | undefined;
  path: string | undefined;
}

const METHOD = /^(?:GET|PUT|POST|DELETE|OPTIONS|HEAD|PATCH|TRACE)$/;

function readQuery(query: string): AskedQuery {
  const words = query.slice(0, 500).split(' ');
  const path = words.find((word) => word.startsWith('/') && word.length > 1);
  return {
    tokens: [...new Set(tokensOf(query.slice(0, 500)))],
    method: words.find((word) => METHOD.test(word.toUpperCase()))?.toUpperCase(),
    path: path === undefined ? undefined : normalizePath(path),
  };
}

function lookAt({ ref, score }: SearchHit, operations: readonly OperationText[], asked: AskedQuery): SearchResult {
  const matching = operations
    .map((operation) => ({ operation, match: matchOf(operation, asked) }))
    .filter(({ match }) => match > 0)
    .sort((a, b) => b.match - a.match);
  return {
    ref,
    score: score + boostOf(ref, matching[0]?.match ?? 0, asked),
    operations: matching.slice(0, OPERATIONS_SHOWN).map(({ operation: [method, path, operationId, summary], match }) => ({
      method,
      path,
      operationId,
      summary,
      match,
    })),
  };
}

function boostOf(ref: string, match: number, { tokens }: AskedQuery): number {
  const isName = tokensOf(ref.slice(ref.lastIndexOf('/') + 1)).join(' ') === tokens.join(' ');
  // One word says nothing of which operation is meant.
  const operation = tokens.length > 1 ? match * OPERATION_BOOST : 0;
  return operation + (isName ? NAME_BOOST : 0);
}

/** 3 for the method and path that were asked for, 2 for the path, up to 1 by how many of the words it has; less than half do not count. */
function matchOf([method, path, operationId, summary]: OperationText, asked: AskedQuery): number {
  if (asked.path !== undefined && normalizePath(path) === asked.path) return asked.method === method ? 3 : 2;
  // Not by words: cutting the texts of a hundred operations into words takes longer than all of the search before.
  const text = `${method} ${path} ${operationId} ${summary}`.toLowerCase();
  let found = 0;
  for (const token of asked.tokens) if (text.includes(token)) found++;
  const share = found / Math.max(1, asked.tokens.length);
  return share > 0.5 ? share : 0;
}

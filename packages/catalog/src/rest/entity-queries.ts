import type { Condition, OrderField } from '../query/condition.ts';
import type { EntityIndex, Page } from '../query/entity-index.ts';
import { CatalogError } from './catalog-error.ts';
import { type Cursor, encodeCursor } from './cursor.ts';
import { parseFilters } from './parse-filter.ts';
import { parsePredicate } from './parse-predicate.ts';

const LIMIT_DEFAULT = 20;
/** Longer than any value that the index has. */
const TERM_CHARS_MAX = 200;
/** Where a text is looked for when nothing says where: what people know things by. */
const TEXT_FIELDS_DEFAULT = ['metadata.name', 'metadata.title'];

/** A question to by-query, from either form of it. */
export interface EntityQuery {
  filter?: string[] | undefined;
  query?: Record<string, unknown> | undefined;
  orderFields: OrderField[];
  fullTextFilter?: { term: string; fields?: string[] | undefined } | undefined;
  totalItems?: 'exclude' | undefined;
  limit?: number | undefined;
  offset?: number | undefined;
  cursor?: Cursor | undefined;
}

export interface EntityQueryResult {
  refs: string[];
  totalItems: number;
  pageInfo: { nextCursor?: string; prevCursor?: string };
}

/** Answers by-query from the index. Throws `InputError`. */
export function queryEntities(index: EntityIndex, request: EntityQuery): EntityQueryResult {
  const { cursor, limit = LIMIT_DEFAULT } = request;
  const question = cursor ?? request;
  const from =
    cursor === undefined ? undefined : { values: cursor.orderFieldValues.slice(0, -1), ref: cursor.orderFieldValues.at(-1) ?? '' };
  const page = index.page({
    where: conditionOf(question),
    order: question.orderFields,
    offset: cursor === undefined ? (request.offset ?? 0) : 0,
    limit,
    from,
    backwards: cursor?.isPrevious === true,
  });
  const totalItems = question.totalItems === 'exclude' ? 0 : page.total;
  return { refs: page.rows.map((row) => index.refOf(row)), totalItems, pageInfo: toPageInfo(index, page, question) };
}

/** What all of a question's filters select together; undefined: everything. */
export function conditionOf(question: Pick<EntityQuery, 'filter' | 'query' | 'orderFields' | 'fullTextFilter'>): Condition | undefined {
  const all: Condition[] = [];
  const filter = parseFilters(question.filter ?? []);
  if (filter !== undefined) all.push(filter);
  if (question.query !== undefined) all.push(parsePredicate(question.query));
  const term = question.fullTextFilter?.term.trim().toLowerCase() ?? '';
  if (term.length > TERM_CHARS_MAX) throw new CatalogError('InputError', `A full text term has at most ${TERM_CHARS_MAX} characters`);
  if (term !== '') all.push({ any: textFields(question).map((field) => ({ key: field.toLowerCase(), part: term })) });
  return all.length === 0 ? undefined : { all };
}

function textFields({ fullTextFilter, orderFields }: Pick<EntityQuery, 'fullTextFilter' | 'orderFields'>): readonly string[] {
  if (fullTextFilter?.fields !== undefined && fullTextFilter.fields.length > 0) return fullTextFilter.fields;
  const first = orderFields[0];
  return first === undefined ? TEXT_FIELDS_DEFAULT : [first.field];
}

function toPageInfo(index: EntityIndex, page: Page, question: EntityQuery | Cursor): EntityQueryResult['pageInfo'] {
  const pageInfo: EntityQueryResult['pageInfo'] = {};
  const first = page.rows[0];
  const last = page.rows.at(-1);
  if (last !== undefined && page.hasNext) pageInfo.nextCursor = cursorAt(index, last, question, false);
  if (first !== undefined && page.hasPrevious) pageInfo.prevCursor = cursorAt(index, first, question, true);
  return pageInfo;
}

function cursorAt(index: EntityIndex, row: number, question: EntityQuery | Cursor, isPrevious: boolean): string {
  const { values, ref } = index.order(question.orderFields).keyOf(row);
  const { orderFields, filter, query, fullTextFilter, totalItems } = question;
  return encodeCursor({
    orderFields,
    orderFieldValues: [...values, ref],
    isPrevious,
    ...(filter === undefined || filter.length === 0 ? {} : { filter }),
    ...(query === undefined ? {} : { query }),
    ...(fullTextFilter === undefined ? {} : { fullTextFilter }),
    ...(totalItems === undefined ? {} : { totalItems }),
  });
}

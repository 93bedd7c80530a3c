import type { EntityIndex } from './entity-index.ts';
import { compare } from './relation-graph.ts';
import { RowSet } from './row-set.ts';

/** A value in its own case, and how many entities have it. */
export interface Facet {
  value: string;
  count: number;
}

const RELATIONS = 'relations.';

/** How often each value of `key` (lower case) occurs among `rows`; absent: among all. Sorted by value. */
export function facetOf(index: EntityIndex, key: string, rows: RowSet | undefined): Facet[] {
  const counts = key.startsWith(RELATIONS)
    ? countTargets(index, key.slice(RELATIONS.length), rows)
    : [...countValues(index, key, rows), ...countItems(index, key, rows)];
  return counts.sort((a, b) => compare(a.value, b.value));
}

function countValues(index: EntityIndex, key: string, rows: RowSet | undefined): Facet[] {
  const column = index.column(key);
  const facets: Facet[] = [];
  for (let id = 0; id < (column?.values.size ?? 0); id++) {
    const count = rows === undefined ? column?.postings.count(id) : column?.postings.countIn(id, rows);
    if (column !== undefined && count !== undefined && count > 0) facets.push({ value: column.values.text(id), count });
  }
  return facets;
}

function countItems(index: EntityIndex, key: string, rows: RowSet | undefined): Facet[] {
  if (!index.hasItemColumn(key)) return [];
  const having = new RowSet(index.capacity);
  index.eachItemColumn(key, (column, item) => column.addWithItem(item, having));
  if (rows !== undefined) having.retain(rows);
  const count = having.count();
  return count === 0 ? [] : [{ value: 'true', count }];
}

function countTargets(index: EntityIndex, type: string, rows: RowSet | undefined): Facet[] {
  const { refs } = index.graph;
  const counts = new Uint32Array(refs.size);
  index.graph.edgesOf([type], (source, target) => {
    const row = index.rowOfRefId(source);
    if (row !== undefined && (rows === undefined || rows.has(row))) counts[target] = (counts[target] ?? 0) + 1;
  });
  const facets: Facet[] = [];
  for (const [target, count] of counts.entries()) if (count > 0) facets.push({ value: refs.text(target), count });
  return facets;
}

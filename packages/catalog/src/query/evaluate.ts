import type { Condition } from './condition.ts';
import type { EntityIndex } from './entity-index.ts';
import { RowSet } from './row-set.ts';

const RELATIONS = 'relations.';
const TRUE = 'true';

/** The rows for which `condition` holds. */
export function evaluate(index: EntityIndex, condition: Condition): RowSet {
  if ('all' in condition) return evaluateAll(index, condition.all);
  const rows = new RowSet(index.capacity);
  if ('any' in condition) for (const part of condition.any) rows.addWords(evaluate(index, part).words);
  else if ('not' in condition) {
    index.addAll(rows);
    rows.removeAll(evaluate(index, condition.not));
  } else if ('types' in condition) addRelated(index, condition.types, condition.targets, rows);
  else if ('item' in condition) index.column(condition.key)?.addWithItem(condition.item, rows);
  else addMatching(index, condition, rows);
  return rows;
}

function evaluateAll(index: EntityIndex, parts: readonly Condition[]): RowSet {
  let rows: RowSet | undefined;
  for (const part of parts) {
    const selected = evaluate(index, part);
    if (rows === undefined) rows = selected;
    else rows.retain(selected);
  }
  if (rows !== undefined) return rows;
  const everything = new RowSet(index.capacity);
  index.addAll(everything);
  return everything;
}

type KeyCondition = Extract<Condition, { key: string }>;

function addMatching(index: EntityIndex, condition: KeyCondition, rows: RowSet): void {
  const { key } = condition;
  if (key.startsWith(RELATIONS)) {
    addMatchingRelations(index, key.slice(RELATIONS.length), condition, rows);
    return;
  }
  const column = index.column(key);
  if ('values' in condition) column?.addEqual(condition.values, rows);
  else if ('prefix' in condition) column?.addWithPrefix(condition.prefix, rows);
  else if ('part' in condition) column?.addWithPart(condition.part, rows);
  else column?.rows.addTo(rows);
  if (matchesTrue(condition)) index.eachItemColumn(key, (array, item) => array.addWithItem(item, rows));
}

/** Whether the value `true`, which every item of an array has under its own key, is what is asked for. */
function matchesTrue(condition: KeyCondition): boolean {
  if ('values' in condition) return condition.values.includes(TRUE);
  if ('prefix' in condition) return TRUE.startsWith(condition.prefix);
  if ('part' in condition) return TRUE.includes(condition.part);
  return true;
}

function addMatchingRelations(index: EntityIndex, type: string, condition: KeyCondition, rows: RowSet): void {
  if ('values' in condition) {
    addRelated(index, [type], condition.values, rows);
    return;
  }
  const { refs } = index.graph;
  const addSources = (target: number) => index.graph.sourcesOf(target, [type], (source) => addRow(index, source, rows));
  if ('prefix' in condition) refs.withPrefix(condition.prefix, addSources);
  else if ('part' in condition) refs.withPart(condition.part, addSources);
  else addRelated(index, [type], undefined, rows);
}

function addRelated(index: EntityIndex, types: readonly string[] | undefined, targets: readonly string[] | undefined, rows: RowSet): void {
  const { graph } = index;
  if (targets === undefined) {
    graph.edgesOf(types, (source) => addRow(index, source, rows));
    return;
  }
  for (const target of targets) {
    for (const id of graph.refs.find(target)) graph.sourcesOf(id, types, (source) => addRow(index, source, rows));
  }
}

function addRow(index: EntityIndex, ref: number, rows: RowSet): void {
  const row = index.rowOfRefId(ref);
  if (row !== undefined) rows.add(row);
}

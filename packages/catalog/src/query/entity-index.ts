import type { EntityRelation } from '../model/index.ts';
import type { ChangedEntity } from '../store/changes.ts';
import { Column } from './column.ts';
import type { Condition, OrderField } from './condition.ts';
import { evaluate } from './evaluate.ts';
import { type Facet, facetOf } from './facets.ts';
import { Numbers } from './numbers.ts';
import { OrderIndex, type OrderKey } from './order-index.ts';
import { Postings } from './posting-table.ts';
import { RelationGraph } from './relation-graph.ts';
import { RowLists } from './row-lists.ts';
import type { RowSet } from './row-set.ts';
import { termsOf } from './terms.ts';

/** In place of a value: the key is there and equals nothing. */
export const NO_VALUE = 0xffffffff;
/** Orders that are kept sorted; the one that was used longest ago goes. */
const ORDERS_MAX = 12;
/** Above it, sorting anew when it is asked for is cheaper than keeping sorted. */
const CHANGES_SORTED_MAX = 2_000;

/** No entity has a longer ref. A field such as `owner` can hold any text, and what it relates to then is left out. */
const REF_CHARS_MAX = 1_000;
/** Of all indexes together, so that what was kept of one is not taken for something of another. */
let clock = 0;

export interface PageQuery {
  /** Absent: all entities. */
  where?: Condition | undefined;
  /** Empty: by ref. */
  order: readonly OrderField[];
  offset?: number;
  limit: number;
  /** Begin after this place, or end before it when `backwards`. */
  from?: OrderKey | undefined;
  backwards?: boolean;
}

export interface Page {
  rows: number[];
  total: number;
  hasNext: boolean;
  hasPrevious: boolean;
}

/**
 * Every entity, flattened, in memory: for each key and value the rows that have it. Nothing here is an entity: those are read from
 * the database by ref, a page at a time. A row is a small number that an entity has while it exists.
 */
export class EntityIndex {
  readonly graph = new RelationGraph();
  readonly #columnIds = new Map<string, number>();
  readonly #columns: Column[] = [];
  /** For each row: column * 2 (+ 1 for an item of an array) as the difference from the one before, value + 1 (0: `NO_VALUE`). */
  readonly #terms = new RowLists();
  /** For each row: the relations that it declares. */
  readonly #declared = new RowLists();
  /** Refs of rows; rows of refs, + 1. */
  readonly #refs = new Numbers();
  readonly #rowsOfRefs = new Numbers();
  readonly #versions = new Numbers();
  readonly #all = new Postings();
  #used = 0;
  readonly #free: number[] = [];
  readonly #orders = new Map<string, OrderIndex>();
  /** Terms that were removed: their texts stay behind. */
  #garbage = 0;
  #live = 0;

  /** How many entities there are. */
  get size(): number {
    return this.#all.count;
  }

  /** Rows are below this number. */
  get capacity(): number {
    return this.#used;
  }

  /** True when most of the memory is texts that no entity has any more: an index made anew would be smaller. */
  get isWorn(): boolean {
    return this.#garbage > 1_000_000 && this.#garbage > 3 * this.#live;
  }

  /** Takes entities over as they are now. */
  apply(changes: readonly ChangedEntity[]): void {
    if (changes.length > CHANGES_SORTED_MAX) this.#orders.clear();
    for (const change of changes) {
      const row = this.rowOf(change.ref);
      if (row !== undefined) this.#remove(row);
      if (!change.deleted) this.#add(change, row ?? this.#free.pop() ?? this.#used++);
      else if (row !== undefined) this.#free.push(row);
    }
    // Relations move entities that have not changed themselves.
    for (const [key, order] of this.#orders) if (order.hasRelations) this.#orders.delete(key);
  }

  /** The row of an entity (ref in lower case); undefined when there is none. */
  rowOf(ref: string): number | undefined {
    const [id] = this.graph.refs.find(ref);
    const row = id === undefined ? 0 : this.#rowsOfRefs.get(id);
    return row === 0 ? undefined : row - 1;
  }

  /** The row of an entity by its uid. */
  rowOfUid(uid: string): number | undefined {
    const column = this.column('metadata.uid');
    let found: number | undefined;
    for (const id of column?.values.find(uid.toLowerCase()) ?? []) {
      column?.postings.forEach(id, (row) => {
        found = row;
      });
    }
    return found;
  }

  /** The row of a ref by the ref's number in `graph.refs`. */
  rowOfRefId(id: number): number | undefined {
    const row = this.#rowsOfRefs.get(id);
    return row === 0 ? undefined : row - 1;
  }

  refOf(row: number): string {
    return this.graph.refs.lower(this.#refs.get(row));
  }

  refIdOf(row: number): number {
    return this.#refs.get(row);
  }

  relationsOf(row: number): EntityRelation[] {
    return this.graph.relationsOf(this.#refs.get(row));
  }

  /** Differs from all earlier ones whenever the entity or its relations have changed. */
  versionOf(row: number): number {
    return this.#versions.get(row);
  }

  column(key: string): Column | undefined {
    const id = this.#columnIds.get(key);
    return id === undefined ? undefined : this.#columns[id];
  }

  /** The entities for which `condition` holds. */
  select(condition: Condition): RowSet {
    return evaluate(this, condition);
  }

  /** Adds all entities to `rows`. */
  addAll(rows: RowSet): void {
    this.#all.addTo(rows);
  }

  /** The smallest value of a key (lower case) of an entity, in lower case. */
  valueOf(row: number, key: string): string | undefined {
    if (key.startsWith('relations.')) return this.graph.firstTarget(this.#refs.get(row), key.slice('relations.'.length));
    const id = this.#columnIds.get(key);
    let smallest: string | undefined;
    if (id !== undefined) {
      const column = this.#columns[id];
      this.#eachTerm(row, (tag, value) => {
        if (tag !== id * 2 || value === NO_VALUE) return;
        const text = column?.values.lower(value);
        if (text !== undefined && (smallest === undefined || text < smallest)) smallest = text;
      });
    }
    if ((smallest === undefined || smallest > 'true') && this.#hasItem(row, key)) return 'true';
    return smallest;
  }

  /** Calls `visit` for each way in which `key` can be an array and one of its items. */
  eachItemColumn(key: string, visit: (column: Column, item: string) => void): void {
    for (let dot = key.indexOf('.'); dot !== -1; dot = key.indexOf('.', dot + 1)) {
      const column = this.column(key.slice(0, dot));
      if (column?.items !== undefined) visit(column, key.slice(dot + 1));
    }
  }

  #hasItem(row: number, key: string): boolean {
    for (let dot = key.indexOf('.'); dot !== -1; dot = key.indexOf('.', dot + 1)) {
      const id = this.#columnIds.get(key.slice(0, dot));
      const column = id === undefined ? undefined : this.#columns[id];
      if (id === undefined || column?.items === undefined) continue;
      const values = column.values.find(key.slice(dot + 1));
      if (values.length === 0) continue;
      let isFound = false;
      this.#eachTerm(row, (tag, value) => {
        isFound ||= tag === id * 2 + 1 && values.includes(value);
      });
      if (isFound) return true;
    }
    return false;
  }

  /** Whether some entity may have `key` because of an item of an array. */
  hasItemColumn(key: string): boolean {
    let found = false;
    this.eachItemColumn(key, (column, item) => {
      found ||= column.values.find(item).length > 0;
    });
    return found;
  }

  /** One page of the entities for which a condition holds. */
  page(query: PageQuery): Page {
    const selected = query.where === undefined ? undefined : this.select(query.where);
    const order = this.order(query.order);
    const total = selected === undefined ? this.size : selected.count();
    const { from, limit, backwards = false } = query;
    const isIn = (position: number) => selected === undefined || selected.has(order.at(position));
    if (backwards && from !== undefined) return pageBefore(order, order.positionOf(from), isIn, limit, total);
    let position = 0;
    if (from !== undefined) {
      position = order.positionOf(from);
      const last = this.rowOf(from.ref);
      if (last !== undefined && order.at(position) === last) position++;
    }
    return pageAfter(order, position, isIn, { limit, offset: query.offset ?? 0, total });
  }

  /** How often each value of `key` occurs, in its own case, among `rows`; absent: among all. */
  facet(key: string, rows?: RowSet): Facet[] {
    return facetOf(this, key.toLowerCase(), rows);
  }

  /** All entities in an order; made when it is asked for first. */
  order(fields: readonly OrderField[]): OrderIndex {
    const key = JSON.stringify(fields.map(({ field, order }) => [field.toLowerCase(), order]));
    const known = this.#orders.get(key);
    const order = known ?? new OrderIndex(fields, this);
    this.#orders.delete(key);
    this.#orders.set(key, order);
    for (const oldest of this.#orders.keys()) {
      if (this.#orders.size <= ORDERS_MAX) break;
      this.#orders.delete(oldest);
    }
    return order;
  }

  /** Gives back room that was taken in advance: to be called after many entities came at once. */
  trim(): void {
    for (const column of this.#columns) column.trim();
    this.graph.trim();
    this.#terms.trim();
    this.#declared.trim();
  }

  rows(): number[] {
    const rows: number[] = [];
    this.#all.forEach((row) => {
      rows.push(row);
    });
    return rows;
  }

  #add(change: ChangedEntity, row: number): void {
    const ref = this.graph.refs.intern(change.ref);
    this.#refs.set(row, ref);
    this.#rowsOfRefs.set(ref, row + 1);
    this.#all.add(row);
    const terms = termsOf(
      change,
      (key) => this.#columnId(key),
      (id) => this.#columns[id],
    );
    const packed: number[] = [];
    let before = -1;
    for (let at = 0; at < terms.length; at += 2) {
      const tag = terms[at] ?? 0;
      const value = terms[at + 1] ?? 0;
      packed.push(tag - Math.max(0, before), value === NO_VALUE ? 0 : value + 1);
      const column = this.#columns[tag >>> 1];
      if (tag % 2 === 1) column?.items?.add(value, row);
      else if (value !== NO_VALUE) column?.postings.add(value, row);
      // Terms are sorted by column.
      if (tag % 2 === 0 && tag !== before) column?.rows.add(row);
      before = tag;
    }
    this.#terms.set(row, packed);
    this.#live += terms.length / 2;
    this.#declare(row, change.relations);
    this.#touch(row);
    for (const order of this.#orders.values()) order.insert(row);
  }

  #remove(row: number): void {
    for (const order of this.#orders.values()) order.remove(row);
    let length = 0;
    let before = -1;
    this.#eachTerm(row, (tag, value) => {
      const column = this.#columns[tag >>> 1];
      if (tag % 2 === 1) column?.items?.remove(value, row);
      else if (value !== NO_VALUE) column?.postings.remove(value, row);
      if (tag % 2 === 0 && tag !== before) column?.rows.remove(row);
      before = tag;
      length++;
    });
    this.#garbage += length;
    this.#live -= length;
    this.#terms.delete(row);
    this.#rowsOfRefs.set(this.#refs.get(row), 0);
    this.#all.remove(row);
    this.#retract(row);
    this.#touch(row);
  }

  #declare(row: number, text: string): void {
    if (text === '[]') return;
    const flat = JSON.parse(text) as string[];
    const relations: number[] = [];
    for (let at = 0; at + 2 < flat.length; at += 3) {
      const [source = '', type = '', target = ''] = flat.slice(at, at + 3);
      if (source.length > REF_CHARS_MAX || target.length > REF_CHARS_MAX) continue;
      const relation = this.graph.declare(source, type, target);
      relations.push(relation);
      this.#touchSource(relation);
    }
    this.#declared.set(row, relations);
  }

  #retract(row: number): void {
    this.#declared.forEach(row, (relation) => {
      this.#touchSource(relation);
      this.graph.retract(relation);
    });
    this.#declared.delete(row);
  }

  #touchSource(relation: number): void {
    const row = this.rowOfRefId(this.graph.sourceOf(relation));
    if (row !== undefined) this.#touch(row);
  }

  #touch(row: number): void {
    this.#versions.set(row, ++clock);
  }

  #eachTerm(row: number, visit: (tag: number, value: number) => void): void {
    let tag = 0;
    let isTag = true;
    this.#terms.forEach(row, (number) => {
      if (isTag) tag += number;
      else visit(tag, number === 0 ? NO_VALUE : number - 1);
      isTag = !isTag;
    });
  }

  #columnId(key: string): number {
    const known = this.#columnIds.get(key);
    if (known !== undefined) return known;
    this.#columnIds.set(key, this.#columns.length);
    return this.#columns.push(new Column()) - 1;
  }
}

function pageAfter(
  order: OrderIndex,
  start: number,
  isIn: (position: number) => boolean,
  { limit, offset, total }: { limit: number; offset: number; total: number },
): Page {
  const rows: number[] = [];
  let skipped = 0;
  let position = start;
  for (; position < order.length && rows.length < limit; position++) {
    if (!isIn(position)) continue;
    if (skipped < offset) skipped++;
    else rows.push(order.at(position));
  }
  let hasNext = false;
  for (; limit > 0 && position < order.length && !hasNext; position++) hasNext = isIn(position);
  let hasPrevious = skipped > 0;
  for (let before = start - 1; before >= 0 && !hasPrevious; before--) hasPrevious = isIn(before);
  return { rows, total, hasNext, hasPrevious };
}

function pageBefore(order: OrderIndex, end: number, isIn: (position: number) => boolean, limit: number, total: number): Page {
  const rows: number[] = [];
  let position = end - 1;
  for (; position >= 0 && rows.length < limit; position--) if (isIn(position)) rows.push(order.at(position));
  let hasPrevious = false;
  for (; position >= 0 && !hasPrevious; position--) hasPrevious = isIn(position);
  return { rows: rows.reverse(), total, hasNext: limit > 0, hasPrevious };
}

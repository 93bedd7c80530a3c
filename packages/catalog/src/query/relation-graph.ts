import type { EntityRelation } from '../model/index.ts';
import { Dictionary } from './dictionary.ts';
import { Numbers } from './numbers.ts';

/** Members of an edge, in places of `#edges`. Chains are linked both ways, by edge + 1, so that a hub's edges go as fast as any. */
const SOURCE = 0;
const TYPE = 1;
const TARGET = 2;
const DECLARED = 3;
const NEXT_OF_SOURCE = 4;
const PREVIOUS_OF_SOURCE = 5;
const NEXT_OF_TARGET = 6;
const PREVIOUS_OF_TARGET = 7;
const WIDTH = 8;

/** Members of a ref. */
const FIRST_OF_SOURCE = 0;
const FIRST_OF_TARGET = 1;
const COUNT_OF_SOURCE = 2;
const COUNT_OF_TARGET = 3;
const REF_WIDTH = 4;

/**
 * All relations between refs, whether or not there are entities for them. An edge is there as long as anybody declares it: a group
 * can say who its children are, and a child its parent, and both mean the same relation.
 */
export class RelationGraph {
  /** Refs in lower case, of entities and of targets that do not exist. */
  readonly refs = new Dictionary();
  readonly #types: string[] = [];
  readonly #typeIds = new Map<string, number>();
  readonly #edges = new Numbers();
  #used = 0;
  readonly #free: number[] = [];
  readonly #byRef = new Numbers();

  /** Declares a relation once more, and returns its edge. */
  declare(sourceRef: string, type: string, targetRef: string): number {
    const source = this.refs.intern(sourceRef);
    const target = this.refs.intern(targetRef);
    const typeId = this.#typeId(type);
    const known = this.#find(source, typeId, target);
    if (known !== undefined) {
      this.#set(known, DECLARED, this.#get(known, DECLARED) + 1);
      return known;
    }
    const edge = this.#free.pop() ?? this.#used++;
    this.#set(edge, SOURCE, source);
    this.#set(edge, TYPE, typeId);
    this.#set(edge, TARGET, target);
    this.#set(edge, DECLARED, 1);
    this.#link(edge, source, FIRST_OF_SOURCE, NEXT_OF_SOURCE, PREVIOUS_OF_SOURCE);
    this.#link(edge, target, FIRST_OF_TARGET, NEXT_OF_TARGET, PREVIOUS_OF_TARGET);
    return edge;
  }

  /** Takes a declaration back. */
  retract(edge: number): void {
    const declared = this.#get(edge, DECLARED) - 1;
    this.#set(edge, DECLARED, declared);
    if (declared > 0) return;
    this.#unlink(edge, this.#get(edge, SOURCE), FIRST_OF_SOURCE, NEXT_OF_SOURCE, PREVIOUS_OF_SOURCE);
    this.#unlink(edge, this.#get(edge, TARGET), FIRST_OF_TARGET, NEXT_OF_TARGET, PREVIOUS_OF_TARGET);
    this.#free.push(edge);
  }

  /** The number of the ref at which an edge begins. */
  sourceOf(edge: number): number {
    return this.#get(edge, SOURCE);
  }

  /** Relations of a ref, by type, then by target, as Backstage sorts them. */
  relationsOf(ref: number): EntityRelation[] {
    const relations: EntityRelation[] = [];
    this.#eachOfSource(ref, (edge) => {
      relations.push({ type: this.#types[this.#get(edge, TYPE)] ?? '', targetRef: this.refs.lower(this.#get(edge, TARGET)) });
    });
    return relations.sort((a, b) => compare(a.type, b.type) || compare(a.targetRef, b.targetRef));
  }

  /** Calls `visit` for each relation of one of `types` (lower case; absent: any) to `target`, with the number of the source. */
  sourcesOf(target: number, types: readonly string[] | undefined, visit: (source: number) => void): void {
    const wanted = this.#wanted(types);
    for (let at = this.#byRef.get(target * REF_WIDTH + FIRST_OF_TARGET); at !== 0; at = this.#get(at - 1, NEXT_OF_TARGET)) {
      if (wanted === undefined || wanted.has(this.#get(at - 1, TYPE))) visit(this.#get(at - 1, SOURCE));
    }
  }

  /** Calls `visit` for each relation of one of `types` (lower case; absent: any). */
  edgesOf(types: readonly string[] | undefined, visit: (source: number, target: number) => void): void {
    const wanted = this.#wanted(types);
    const only = wanted?.size === 1 ? [...wanted][0] : undefined;
    for (let edge = 0; edge < this.#used; edge++) {
      if (this.#get(edge, DECLARED) === 0) continue;
      const type = this.#get(edge, TYPE);
      if (only === undefined ? wanted === undefined || wanted.has(type) : only === type)
        visit(this.#get(edge, SOURCE), this.#get(edge, TARGET));
    }
  }

  /** The first target in alphabetical order of a relation of `type` (lower case). */
  firstTarget(ref: number, type: string): string | undefined {
    const wanted = this.#wanted([type]);
    let first: string | undefined;
    this.#eachOfSource(ref, (edge) => {
      if (wanted?.has(this.#get(edge, TYPE)) !== true) return;
      const target = this.refs.lower(this.#get(edge, TARGET));
      if (first === undefined || target < first) first = target;
    });
    return first;
  }

  /** Gives back room that was taken in advance. */
  trim(): void {
    this.refs.trim();
  }

  #eachOfSource(ref: number, visit: (edge: number) => void): void {
    for (let at = this.#byRef.get(ref * REF_WIDTH + FIRST_OF_SOURCE); at !== 0; at = this.#get(at - 1, NEXT_OF_SOURCE)) visit(at - 1);
  }

  #wanted(types: readonly string[] | undefined): Set<number> | undefined {
    if (types === undefined) return undefined;
    const ids = new Set<number>();
    for (const [id, type] of this.#types.entries()) if (types.includes(type.toLowerCase())) ids.add(id);
    return ids;
  }

  /** Along the shorter chain: one of the two ends is hardly ever a hub. */
  #find(source: number, type: number, target: number): number | undefined {
    const bySource = this.#countOf(source, COUNT_OF_SOURCE) <= this.#countOf(target, COUNT_OF_TARGET);
    const first = bySource ? source * REF_WIDTH + FIRST_OF_SOURCE : target * REF_WIDTH + FIRST_OF_TARGET;
    const next = bySource ? NEXT_OF_SOURCE : NEXT_OF_TARGET;
    for (let at = this.#byRef.get(first); at !== 0; at = this.#get(at - 1, next)) {
      const edge = at - 1;
      if (this.#get(edge, TYPE) === type && this.#get(edge, SOURCE) === source && this.#get(edge, TARGET) === target) return edge;
    }
    return undefined;
  }

  #link(edge: number, ref: number, first: number, next: number, previous: number): void {
    const at = ref * REF_WIDTH + first;
    const before = this.#byRef.get(at);
    this.#set(edge, next, before);
    this.#set(edge, previous, 0);
    if (before !== 0) this.#set(before - 1, previous, edge + 1);
    this.#byRef.set(at, edge + 1);
    this.#byRef.set(at + 2, this.#byRef.get(at + 2) + 1);
  }

  #unlink(edge: number, ref: number, first: number, next: number, previous: number): void {
    const at = ref * REF_WIDTH + first;
    const after = this.#get(edge, next);
    const before = this.#get(edge, previous);
    if (before === 0) this.#byRef.set(at, after);
    else this.#set(before - 1, next, after);
    if (after !== 0) this.#set(after - 1, previous, before);
    this.#byRef.set(at + 2, this.#byRef.get(at + 2) - 1);
  }

  #countOf(ref: number, which: number): number {
    return this.#byRef.get(ref * REF_WIDTH + which);
  }

  #typeId(type: string): number {
    const known = this.#typeIds.get(type);
    if (known !== undefined) return known;
    this.#typeIds.set(type, this.#types.length);
    return this.#types.push(type) - 1;
  }

  #get(edge: number, member: number): number {
    return this.#edges.get(edge * WIDTH + member);
  }

  #set(edge: number, member: number, value: number): void {
    this.#edges.set(edge * WIDTH + member, value);
  }
}

/** By UTF-16 code units, as `<` compares. */
export function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

import { type EntityRelation, RELATION_PAIRS } from '../model/index.ts';
import { Dictionary } from './dictionary.ts';
import { Numbers } from './numbers.ts';

/** Members of an edge, in places of `#edges`. Chains are linked both ways, by edge + 1, so that a hub's edges go as fast as any. */
const SOURCE = 0;
const TARGET = 1;
const TYPE = 2;
/** How often it is declared, and how often its inverse. */
const DECLARED = 3;
const DECLARED_INVERSE = 4;
const NEXT_OF_SOURCE = 5;
const PREVIOUS_OF_SOURCE = 6;
const NEXT_OF_TARGET = 7;
const PREVIOUS_OF_TARGET = 8;
const WIDTH = 9;

/** Members of a ref. */
const FIRST_OF_SOURCE = 0;
const FIRST_OF_TARGET = 1;
const COUNT_OF_SOURCE = 2;
const COUNT_OF_TARGET = 3;
const REF_WIDTH = 4;

/** A type of relations and, where it has one, its inverse, which the same edges stand for when they are read from their targets. */
interface EdgeType {
  forward: string;
  inverse: string | undefined;
}

/** Which directions of an edge type somebody asks for. */
interface Wanted {
  forward: boolean;
  inverse: boolean;
}

/**
 * All relations between refs, whether or not there are entities for them. A relation is there as long as anybody declares it: a group
 * can say who its children are, and a child its parent, and both mean the same. It and its inverse share an edge, since they hardly
 * ever come alone.
 */
export class RelationGraph {
  /** Refs in lower case, of entities and of targets that do not exist. */
  readonly refs = new Dictionary();
  readonly #types: EdgeType[] = RELATION_PAIRS.map(([forward, inverse]) => ({ forward, inverse }));
  /** Edge type * 2, + 1 for its inverse. */
  readonly #directions = new Map<string, number>();
  readonly #edges = new Numbers();
  #used = 0;
  readonly #free: number[] = [];
  readonly #byRef = new Numbers();

  constructor() {
    for (const [at, { forward, inverse }] of this.#types.entries()) {
      this.#directions.set(forward, at * 2);
      if (inverse !== undefined) this.#directions.set(inverse, at * 2 + 1);
    }
  }

  /** Declares a relation once more, and returns by what it is known: a small number. */
  declare(sourceRef: string, type: string, targetRef: string): number {
    const direction = this.#directionOf(type);
    const isInverse = direction % 2 === 1;
    const source = this.refs.intern(isInverse ? targetRef : sourceRef);
    const target = this.refs.intern(isInverse ? sourceRef : targetRef);
    const edge = this.#find(source, direction >>> 1, target) ?? this.#create(source, direction >>> 1, target);
    const member = isInverse ? DECLARED_INVERSE : DECLARED;
    this.#set(edge, member, this.#get(edge, member) + 1);
    return edge * 2 + (isInverse ? 1 : 0);
  }

  /** Takes a declaration back. */
  retract(relation: number): void {
    const edge = relation >>> 1;
    const member = relation % 2 === 0 ? DECLARED : DECLARED_INVERSE;
    this.#set(edge, member, this.#get(edge, member) - 1);
    if (this.#get(edge, DECLARED) + this.#get(edge, DECLARED_INVERSE) > 0) return;
    this.#unlink(edge, this.#get(edge, SOURCE), FIRST_OF_SOURCE, NEXT_OF_SOURCE, PREVIOUS_OF_SOURCE);
    this.#unlink(edge, this.#get(edge, TARGET), FIRST_OF_TARGET, NEXT_OF_TARGET, PREVIOUS_OF_TARGET);
    this.#free.push(edge);
  }

  /** The number of the ref at which a relation begins. */
  sourceOf(relation: number): number {
    return this.#get(relation >>> 1, relation % 2 === 0 ? SOURCE : TARGET);
  }

  /** Relations of a ref, by type, then by target, as Backstage sorts them. */
  relationsOf(ref: number): EntityRelation[] {
    const relations: EntityRelation[] = [];
    this.#eachFrom(ref, (type, target) => relations.push({ type, targetRef: this.refs.lower(target) }));
    return relations.sort((a, b) => compare(a.type, b.type) || compare(a.targetRef, b.targetRef));
  }

  /** Calls `visit` for each relation of one of `types` (lower case; absent: any) to `target`, with the number of the source. */
  sourcesOf(target: number, types: readonly string[] | undefined, visit: (source: number) => void): void {
    const wanted = this.#wanted(types);
    for (let at = this.#byRef.get(target * REF_WIDTH + FIRST_OF_TARGET); at !== 0; at = this.#get(at - 1, NEXT_OF_TARGET)) {
      const edge = at - 1;
      if (wanted[this.#get(edge, TYPE)]?.forward === true && this.#get(edge, DECLARED) > 0) visit(this.#get(edge, SOURCE));
    }
    for (let at = this.#byRef.get(target * REF_WIDTH + FIRST_OF_SOURCE); at !== 0; at = this.#get(at - 1, NEXT_OF_SOURCE)) {
      const edge = at - 1;
      if (wanted[this.#get(edge, TYPE)]?.inverse === true && this.#get(edge, DECLARED_INVERSE) > 0) visit(this.#get(edge, TARGET));
    }
  }

  /** Calls `visit` for each relation of one of `types` (lower case; absent: any). */
  edgesOf(types: readonly string[] | undefined, visit: (source: number, target: number) => void): void {
    const wanted = this.#wanted(types);
    for (let edge = 0; edge < this.#used; edge++) {
      const type = wanted[this.#get(edge, TYPE)];
      if (type?.forward === true && this.#get(edge, DECLARED) > 0) visit(this.#get(edge, SOURCE), this.#get(edge, TARGET));
      if (type?.inverse === true && this.#get(edge, DECLARED_INVERSE) > 0) visit(this.#get(edge, TARGET), this.#get(edge, SOURCE));
    }
  }

  /** The first target in alphabetical order of a relation of `type` (lower case). */
  firstTarget(ref: number, type: string): string | undefined {
    let first: string | undefined;
    this.#eachFrom(ref, (each, target) => {
      if (each.toLowerCase() !== type) return;
      const text = this.refs.lower(target);
      if (first === undefined || text < first) first = text;
    });
    return first;
  }

  /** Gives back room that was taken in advance. */
  trim(): void {
    this.refs.trim();
  }

  /** Calls `visit` for each relation of a ref, with its type and the number of its target. */
  #eachFrom(ref: number, visit: (type: string, target: number) => void): void {
    for (let at = this.#byRef.get(ref * REF_WIDTH + FIRST_OF_SOURCE); at !== 0; at = this.#get(at - 1, NEXT_OF_SOURCE)) {
      const edge = at - 1;
      if (this.#get(edge, DECLARED) > 0) visit(this.#types[this.#get(edge, TYPE)]?.forward ?? '', this.#get(edge, TARGET));
    }
    for (let at = this.#byRef.get(ref * REF_WIDTH + FIRST_OF_TARGET); at !== 0; at = this.#get(at - 1, NEXT_OF_TARGET)) {
      const edge = at - 1;
      if (this.#get(edge, DECLARED_INVERSE) > 0) visit(this.#types[this.#get(edge, TYPE)]?.inverse ?? '', this.#get(edge, SOURCE));
    }
  }

  #wanted(types: readonly string[] | undefined): Wanted[] {
    const isWanted = (type: string | undefined) => type !== undefined && types?.includes(type.toLowerCase()) !== false;
    return this.#types.map(({ forward, inverse }) => ({ forward: isWanted(forward), inverse: isWanted(inverse) }));
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

  #create(source: number, type: number, target: number): number {
    const edge = this.#free.pop() ?? this.#used++;
    this.#set(edge, SOURCE, source);
    this.#set(edge, TARGET, target);
    this.#set(edge, TYPE, type);
    this.#set(edge, DECLARED, 0);
    this.#set(edge, DECLARED_INVERSE, 0);
    this.#link(edge, source, FIRST_OF_SOURCE, NEXT_OF_SOURCE, PREVIOUS_OF_SOURCE);
    this.#link(edge, target, FIRST_OF_TARGET, NEXT_OF_TARGET, PREVIOUS_OF_TARGET);
    return edge;
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

  #directionOf(type: string): number {
    const known = this.#directions.get(type);
    if (known !== undefined) return known;
    const direction = (this.#types.push({ forward: type, inverse: undefined }) - 1) * 2;
    this.#directions.set(type, direction);
    return direction;
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

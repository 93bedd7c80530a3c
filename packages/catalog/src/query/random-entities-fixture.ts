import type { Entity, Relation } from '../model/index.ts';
import { stringifyEntityRef } from '../model/index.ts';
import type { EntityWrite } from '../store/catalog-store.ts';
import type { Condition, OrderField } from './condition.ts';

/** mulberry32 */
export function createRandom(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const WORDS = ['pets', 'Pets', 'orders', 'ÄPFEL', 'äpfel', 'true', 'a', 'aa', 'x.y', 'Team-A', '', 'long '.repeat(41), '日本', 'payments'];
const KINDS = ['Component', 'API', 'Group'];
const NAMES = ['one', 'Two', 'three', 'four', 'five', 'six', 'seven', 'eight'];
const NAMESPACES = [undefined, 'default', 'other'];
const TYPES = ['ownedBy', 'ownerOf', 'dependsOn'];

/** Entities of few words in odd shapes: what differs between an index and the plain way is likely to be met. */
export class RandomCatalog {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = createRandom(seed);
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.#random() * items.length)] as Item;
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  ref(): string {
    return stringifyEntityRef({ kind: this.pick(KINDS), namespace: this.pick(NAMESPACES) ?? 'default', name: this.pick(NAMES) });
  }

  write(): EntityWrite {
    const entity: Entity = {
      apiVersion: 'backstage.io/v1alpha1',
      kind: this.pick(KINDS),
      metadata: { name: this.pick(NAMES) },
      spec: { type: this.pick(WORDS), owner: this.pick(WORDS) },
    };
    const namespace = this.pick(NAMESPACES);
    if (namespace !== undefined) entity.metadata.namespace = namespace;
    if (this.chance(0.6)) entity.metadata.tags = this.words();
    if (this.chance(0.4)) entity.metadata.title = this.pick(WORDS);
    if (this.chance(0.3)) entity.metadata.annotations = { 'Example.com/Key': this.pick(WORDS) };
    if (this.chance(0.3)) entity.spec = { ...entity.spec, nested: [{ x: this.pick(WORDS) }, { x: this.words() }], count: 3, none: null };
    if (this.chance(0.2)) entity.spec = { ...entity.spec, definition: 'paths: {} # '.repeat(200) };
    const relations: Relation[] = [];
    for (let at = 0; at < 4; at++) {
      const sourceRef = this.chance(0.5) ? stringifyEntityRef(entity) : this.ref();
      relations.push({ sourceRef, type: this.pick(TYPES), targetRef: this.ref() });
    }
    return { entity, relations, source: this.pick(['file:a', 'file:b']), orphan: this.chance(0.1) };
  }

  words(): string[] {
    return Array.from({ length: Math.floor(this.#random() * 4) }, () => this.pick(WORDS));
  }

  field(): string {
    return this.pick([
      'kind',
      'metadata.name',
      'metadata.title',
      'metadata.tags',
      'metadata.tags.pets',
      'metadata.tags.x.y',
      'metadata.annotations.Example.com/Key',
      'metadata.annotations.backstage.io/orphan',
      'spec.owner',
      'spec.definition',
      'spec.nested.x',
      'spec.nested.x.true',
      'spec.count',
      'spec.none',
      'relations.ownedBy',
      'relations.dependsOn',
      'nowhere',
    ]);
  }

  order(): OrderField[] {
    return Array.from({ length: Math.floor(this.#random() * 3) }, () => ({
      field: this.field(),
      order: this.pick(['asc', 'desc'] as const),
    }));
  }

  condition(depth = 0): Condition {
    if (depth < 3 && this.chance(0.45)) {
      const parts = () => Array.from({ length: Math.floor(this.#random() * 3) }, () => this.condition(depth + 1));
      if (this.chance(0.3)) return { not: this.condition(depth + 1) };
      return this.chance(0.5) ? { all: parts() } : { any: parts() };
    }
    const key = this.field().toLowerCase();
    const value = this.pick([...WORDS, ...NAMES, ...KINDS, '3', 'null']).toLowerCase();
    const target = this.ref();
    return this.pick<Condition>([
      { key },
      { key, values: [value] },
      { key, values: [value, this.pick(WORDS).toLowerCase(), target] },
      { key, prefix: value.slice(0, 2) },
      { key, part: value.slice(1, 3) || 'e' },
      { key, item: value },
      { types: this.chance(0.5) ? undefined : ['ownedby'], targets: this.chance(0.3) ? undefined : [target] },
    ]);
  }
}

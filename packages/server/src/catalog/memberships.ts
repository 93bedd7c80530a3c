import { type Entity, relationsOf } from '@gatehouse/catalog';

interface Parsed {
  text: string;
  entity: Entity;
  /** What it says of who is in which group: both references and the kind of relation. Made when somebody asks. */
  says?: ReadonlySet<string>;
}

/** Entities that are kept: a group may name thousands of members, and is asked about by each of them. */
const KEPT_MAX = 1_000;

/** What users and groups say themselves of who is in which group, whatever others say about them. */
export class Memberships {
  readonly #parsed = new Map<string, Parsed>();
  readonly #byEntity = new WeakMap<Entity, Parsed>();

  /** The entity of a text; the same one for the same text. */
  parse(ref: string, text: string): Entity {
    const known = this.#parsed.get(ref);
    if (known?.text === text) return known.entity;
    const entity = JSON.parse(text) as Entity;
    const parsed: Parsed = { text, entity: { ...entity, metadata: entity.metadata ?? { name: '' } } };
    this.#parsed.delete(ref);
    this.#parsed.set(ref, parsed);
    this.#byEntity.set(parsed.entity, parsed);
    for (const oldest of this.#parsed.keys()) {
      if (this.#parsed.size <= KEPT_MAX) break;
      this.#parsed.delete(oldest);
    }
    return parsed.entity;
  }

  /** Whether an entity that was parsed here says that `source` stands to `target` in a relation. */
  says(entity: Entity | undefined, source: string, type: string, target: string): boolean {
    const parsed = entity === undefined ? undefined : this.#byEntity.get(entity);
    if (parsed === undefined) return false;
    parsed.says ??= new Set(
      (relationsOf(parsed.entity).relations ?? []).map((relation) => keyOf(relation.sourceRef, relation.type, relation.targetRef)),
    );
    return parsed.says.has(keyOf(source, type, target));
  }
}

function keyOf(source: string, type: string, target: string): string {
  return `${source} ${type} ${target}`;
}

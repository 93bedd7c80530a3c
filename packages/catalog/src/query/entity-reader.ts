import { randomUUID } from 'node:crypto';
import type { Database } from '@gatehouse/database';
import { DEFAULT_NAMESPACE, type StatusItem } from '../model/index.ts';
import { type EntityText, readDefinitions, readEntityTexts } from '../store/definitions.ts';
import { digest } from '../store/entity-record.ts';
import type { CatalogTables } from '../store/tables.ts';
import type { EntityIndex } from './entity-index.ts';
import { LruCache } from './lru-cache.ts';
import { createProjection, touchesPath } from './project-fields.ts';
import { servedEntity } from './terms.ts';

const MIB = 1024 * 1024;
const ENTITY_CACHE_BYTES = 24 * MIB;
const PROJECTION_CACHE_BYTES = 12 * MIB;
const DEFINITION_CACHE_BYTES = 24 * MIB;

/** Stands for a definition while an entity is made into text; nobody can write it, since nobody sees it. */
const DEFINITION_MARK = `definition:${randomUUID()}`;
const DEFINITION_MARK_TEXT = JSON.stringify(DEFINITION_MARK);

/** An entity as JSON text; with a definition that is kept apart it belongs between the two parts. */
interface Composed {
  version: number;
  head: string;
  tail: string;
  definition: string | null;
}

interface Projected {
  version: number;
  text: string;
}

/** Entities as JSON texts, from the database or as they were made last. */
export class EntityReader {
  readonly #database: Database<CatalogTables>;
  readonly #entities = new LruCache<string, Composed>(ENTITY_CACHE_BYTES);
  readonly #projections = new LruCache<string, Projected>(PROJECTION_CACHE_BYTES);
  readonly #definitions = new LruCache<string, string>(DEFINITION_CACHE_BYTES);

  constructor(database: Database<CatalogTables>) {
    this.#database = database;
  }

  /**
   * The entities `refs` (lower case), in that order, as JSON texts; undefined for those that are gone. With `fields`, what those
   * dot paths select. Definitions are read only where they are part of the answer.
   */
  async read(index: EntityIndex, refs: readonly string[], fields?: readonly string[]): Promise<(string | undefined)[]> {
    if (fields === undefined) return this.#readWhole(index, refs);
    const prefix = `${JSON.stringify(fields)}\n`;
    const missing: string[] = [];
    const versions = new Map<string, number | undefined>();
    const texts = refs.map((ref) => {
      const known = this.#projections.get(prefix + ref);
      const version = versionOf(index, ref);
      if (known !== undefined && known.version === version) return known.text;
      versions.set(ref, version);
      missing.push(ref);
      return undefined;
    });
    if (missing.length === 0) return texts;
    const project = createProjection(fields);
    const made = new Map<string, string>();
    const withDefinition = touchesPath(fields, 'spec.definition');
    const whole = withDefinition ? await this.#readWhole(index, missing) : (await this.#compose(index, missing)).map(withoutDefinition);
    for (const [at, ref] of missing.entries()) {
      const text = whole[at];
      if (text === undefined) continue;
      const projected = JSON.stringify(project(JSON.parse(text)));
      made.set(ref, projected);
      const version = versionOf(index, ref);
      if (version !== undefined)
        this.#projections.set(prefix + ref, { version, text: projected }, 2 * projected.length + prefix.length + 200);
    }
    return refs.map((ref, at) => texts[at] ?? made.get(ref));
  }

  async #readWhole(index: EntityIndex, refs: readonly string[]): Promise<(string | undefined)[]> {
    const composed = await this.#compose(index, refs);
    const definitions = await this.#readDefinitions(composed);
    return composed.map((entity) => {
      if (entity === undefined || entity.definition === null) return entity?.head;
      return entity.head + (definitions.get(entity.definition) ?? '""') + entity.tail;
    });
  }

  async #compose(index: EntityIndex, refs: readonly string[]): Promise<(Composed | undefined)[]> {
    const missing: string[] = [];
    const found = refs.map((ref) => {
      const known = this.#entities.get(ref);
      if (known !== undefined && known.version === versionOf(index, ref)) return known;
      missing.push(ref);
      return undefined;
    });
    if (missing.length === 0) return found;
    // Before reading: what changes meanwhile must not be kept under the version that comes after it.
    const versions = new Map(missing.map((ref) => [ref, versionOf(index, ref)]));
    const made = new Map<string, Composed>();
    for (const row of await readEntityTexts(this.#database.read, missing)) {
      const version = versions.get(row.ref);
      const composed = compose(row, index, version ?? 0);
      made.set(row.ref, composed);
      if (version !== undefined) this.#entities.set(row.ref, composed, composed.head.length + composed.tail.length + 300);
    }
    return refs.map((ref, at) => found[at] ?? made.get(ref));
  }

  async #readDefinitions(entities: readonly (Composed | undefined)[]): Promise<Map<string, string>> {
    const texts = new Map<string, string>();
    const missing = new Set<string>();
    for (const entity of entities) {
      if (entity === undefined || entity.definition === null) continue;
      const known = this.#definitions.get(entity.definition);
      if (known === undefined) missing.add(entity.definition);
      else texts.set(entity.definition, known);
    }
    if (missing.size === 0) return texts;
    for (const [hash, text] of await readDefinitions(this.#database.read, [...missing])) {
      this.#definitions.set(hash, text, text.length + 200);
      texts.set(hash, text);
    }
    return texts;
  }
}

function versionOf(index: EntityIndex, ref: string): number | undefined {
  const row = index.rowOf(ref);
  return row === undefined ? undefined : index.versionOf(row);
}

function withoutDefinition(entity: Composed | undefined): string | undefined {
  return entity === undefined || entity.definition === null ? entity?.head : `${entity.head}""${entity.tail}`;
}

function compose(row: EntityText, index: EntityIndex, version: number): Composed {
  const entity = servedEntity({ entity: row.entity, orphan: row.orphan === 1 });
  const indexed = index.rowOf(row.ref);
  const relations = indexed === undefined ? [] : index.relationsOf(indexed);
  // The etag covers all that a client sees: relations change when somebody else does.
  const etag = digest(JSON.stringify([row.entity, row.orphan, row.definition, row.status, relations]));
  const { name, namespace = DEFAULT_NAMESPACE, ...metadata } = entity.metadata;
  const served = {
    ...entity,
    metadata: { namespace, ...metadata, name, uid: row.uid, etag },
    ...(row.definition === null ? {} : { spec: { ...entity.spec, definition: DEFINITION_MARK } }),
    relations,
    ...(row.status === null ? {} : { status: { items: JSON.parse(row.status) as StatusItem[] } }),
  };
  const text = JSON.stringify(served);
  const at = row.definition === null ? -1 : text.indexOf(DEFINITION_MARK_TEXT);
  if (at === -1) return { version, head: text, tail: '', definition: null };
  return { version, head: text.slice(0, at), tail: text.slice(at + DEFINITION_MARK_TEXT.length), definition: row.definition };
}

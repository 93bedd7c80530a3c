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
const ENTITY_CACHE_BYTES = 8 * MIB;
const PROJECTION_CACHE_BYTES = 8 * MIB;
const DEFINITION_CACHE_BYTES = 8 * MIB;
/** What a kept text takes beside its bytes, about. */
const KEPT_BYTES = 500;

/** Stands for a definition while an entity is made into text; nobody can write it, since nobody sees it. */
const DEFINITION_MARK = `definition:${randomUUID()}`;
const DEFINITION_MARK_TEXT = JSON.stringify(DEFINITION_MARK);
/** In place of a definition that is not asked for, or that is gone. */
const NO_DEFINITION = Buffer.from('""');
const NOTHING = Buffer.alloc(0);

/** The bytes of an entity's JSON text, in pieces that belong together in their order. */
export type EntityBytes = readonly Buffer[];

/** An entity as JSON text; a definition that is kept apart belongs between the two parts. */
interface Composed {
  version: number;
  head: Buffer;
  tail: Buffer;
  definition: string | null;
}

interface Projected {
  version: number;
  text: Buffer;
}

/**
 * Entities as JSON texts, from the database or as they were made last. What is kept is kept as bytes: they go into answers as they
 * are, and what lies outside of the heap does not make it grow.
 */
export class EntityReader {
  readonly #database: Database<CatalogTables>;
  readonly #entities = new LruCache<string, Composed>(ENTITY_CACHE_BYTES);
  readonly #projections = new LruCache<string, Projected>(PROJECTION_CACHE_BYTES);
  readonly #definitions = new LruCache<string, Buffer>(DEFINITION_CACHE_BYTES);

  constructor(database: Database<CatalogTables>) {
    this.#database = database;
  }

  /** As `readBytes`, as texts. */
  async read(index: EntityIndex, refs: readonly string[], fields?: readonly string[]): Promise<(string | undefined)[]> {
    return (await this.readBytes(index, refs, fields)).map((pieces) => (pieces === undefined ? undefined : toText(pieces)));
  }

  /**
   * The entities `refs` (lower case), in that order, as JSON texts; undefined for those that are gone. With `fields`, what those
   * dot paths select. Definitions are read only where they are part of the answer.
   */
  async readBytes(index: EntityIndex, refs: readonly string[], fields?: readonly string[]): Promise<(EntityBytes | undefined)[]> {
    if (fields === undefined) return this.#readWhole(index, refs);
    const prefix = `${JSON.stringify(fields)}\n`;
    const missing: string[] = [];
    // Before reading, as in `#compose`.
    const versions: (number | undefined)[] = [];
    const texts = refs.map((ref) => {
      const known = this.#projections.get(prefix + ref);
      const version = versionOf(index, ref);
      if (known !== undefined && known.version === version) return [known.text];
      versions[missing.push(ref) - 1] = version;
      return undefined;
    });
    if (missing.length === 0) return texts;
    const project = createProjection(fields);
    const made = new Map<string, EntityBytes>();
    const withDefinition = touchesPath(fields, 'spec.definition');
    const composed = await this.#compose(index, missing);
    const definitions = withDefinition ? await this.#readDefinitions(composed) : new Map<string, Buffer>();
    for (const [at, ref] of missing.entries()) {
      const pieces = piecesOf(composed[at], definitions);
      if (pieces === undefined) continue;
      const text = toBytes(JSON.stringify(project(JSON.parse(toText(pieces)))));
      made.set(ref, [text]);
      const version = versions[at];
      if (version !== undefined) this.#projections.set(prefix + ref, { version, text }, text.length + prefix.length + KEPT_BYTES);
    }
    return refs.map((ref, at) => texts[at] ?? made.get(ref));
  }

  async #readWhole(index: EntityIndex, refs: readonly string[]): Promise<(EntityBytes | undefined)[]> {
    const composed = await this.#compose(index, refs);
    const definitions = await this.#readDefinitions(composed);
    return composed.map((entity) => piecesOf(entity, definitions));
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
      if (version !== undefined) this.#entities.set(row.ref, composed, composed.head.length + composed.tail.length + KEPT_BYTES);
    }
    return refs.map((ref, at) => found[at] ?? made.get(ref));
  }

  async #readDefinitions(entities: readonly (Composed | undefined)[]): Promise<Map<string, Buffer>> {
    const texts = new Map<string, Buffer>();
    const missing = new Set<string>();
    for (const entity of entities) {
      if (entity === undefined || entity.definition === null) continue;
      const known = this.#definitions.get(entity.definition);
      if (known === undefined) missing.add(entity.definition);
      else texts.set(entity.definition, known);
    }
    if (missing.size === 0) return texts;
    for (const [hash, text] of await readDefinitions(this.#database.read, [...missing])) {
      const bytes = toBytes(text);
      this.#definitions.set(hash, bytes, bytes.length + KEPT_BYTES);
      texts.set(hash, bytes);
    }
    return texts;
  }
}

function versionOf(index: EntityIndex, ref: string): number | undefined {
  const row = index.rowOf(ref);
  return row === undefined ? undefined : index.versionOf(row);
}

function piecesOf(entity: Composed | undefined, definitions: ReadonlyMap<string, Buffer>): EntityBytes | undefined {
  if (entity === undefined) return undefined;
  const { head, tail, definition } = entity;
  return definition === null ? [head] : [head, definitions.get(definition) ?? NO_DEFINITION, tail];
}

function toText(pieces: EntityBytes): string {
  const [first] = pieces;
  return pieces.length === 1 && first !== undefined ? first.toString() : Buffer.concat(pieces).toString();
}

/** Not from the pool that small buffers share: one that is kept for long would keep all that was beside it. */
function toBytes(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
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
  if (at === -1) return { version, head: toBytes(text), tail: NOTHING, definition: null };
  const tail = text.slice(at + DEFINITION_MARK_TEXT.length);
  return { version, head: toBytes(text.slice(0, at)), tail: toBytes(tail), definition: row.definition };
}

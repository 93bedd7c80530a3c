import { hash } from 'node:crypto';
import type { Database } from '@gatehouse/database';
import { ANNOTATION_ORIGIN_LOCATION, isMap, stringifyEntityRef } from '../model/index.ts';
import {
  addLocation,
  type LocationRecord,
  readLocation,
  readLocationByTarget,
  readLocations,
  removeLocation,
  updateLocation,
} from '../store/locations.ts';
import type { CatalogTables } from '../store/tables.ts';
import { CatalogError } from './catalog-error.ts';
import { encodeLocationCursor, type LocationCursor } from './cursor.ts';
import { matchesPredicate } from './match-location.ts';
import type { CatalogProcessing, LocationInput, LocationView } from './ports.ts';

/** The name of the Location entity of a location, as Backstage derives it. */
export function locationEntityName({ type, target }: LocationInput): string {
  return `generated-${hash('sha1', `${type}:${target}`, 'hex')}`;
}

/** The registered locations, as the interface offers them. */
export class RegisteredLocations {
  readonly #database: Database<CatalogTables>;
  readonly #processing: CatalogProcessing;
  readonly #onConflict: 'refresh' | 'reject';

  constructor(database: Database<CatalogTables>, processing: CatalogProcessing, onConflict: 'refresh' | 'reject') {
    this.#database = database;
    this.#processing = processing;
    this.#onConflict = onConflict;
  }

  async list(): Promise<LocationView[]> {
    return (await readLocations(this.#database.read)).map(toView);
  }

  async get(id: string): Promise<LocationView> {
    const record = await readLocation(this.#database.read, id);
    if (record === undefined) throw notFound(id);
    return toView(record);
  }

  /** The location that an entity came from in the first place. */
  async ofEntity(ref: string, entity: unknown): Promise<LocationView> {
    const annotations = isMap(entity) && isMap(entity.metadata) ? entity.metadata.annotations : undefined;
    const origin = isMap(annotations) ? annotations[ANNOTATION_ORIGIN_LOCATION] : undefined;
    if (typeof origin !== 'string') throw new CatalogError('NotFoundError', `found no origin annotation for ref ${ref}`);
    const colon = origin.indexOf(':');
    const [type, target] = [origin.slice(0, colon), origin.slice(colon + 1)];
    const record = await readLocationByTarget(this.#database.read, type, target);
    if (record === undefined) throw new CatalogError('NotFoundError', `Found no location with type ${type} and target ${target}`);
    return toView(record);
  }

  async add(input: LocationInput, onConflict = this.#onConflict): Promise<LocationView> {
    requireUrl(input);
    const added = await this.#database.transaction((tx) => addLocation(tx, input));
    if (added !== undefined) {
      await this.#processing.locationsChanged();
      return toView(added);
    }
    const known = await readLocationByTarget(this.#database.read, input.type, input.target);
    if (known === undefined || onConflict === 'reject') throw exists(input);
    const view = toView(known);
    await this.#processing.refreshEntity(view.entityRef);
    return view;
  }

  async update(id: string, input: LocationInput): Promise<LocationView> {
    requireUrl(input);
    const outcome = await this.#database.transaction(async (tx) => {
      const other = await readLocationByTarget(tx, input.type, input.target);
      return other !== undefined && other.id !== id ? 'exists' : updateLocation(tx, { id, ...input });
    });
    if (outcome === 'missing') throw notFound(id);
    if (outcome === 'exists') throw exists(input);
    await this.#processing.locationsChanged();
    return toView({ id, ...input });
  }

  async remove(id: string): Promise<void> {
    const removed = await this.#database.transaction((tx) => removeLocation(tx, id));
    if (removed === undefined) throw notFound(id);
    await this.#processing.locationsChanged();
  }

  /** What adding would do, without doing it. */
  async preview(input: LocationInput) {
    requireUrl(input);
    const entities = await this.#processing.previewLocation(input);
    const known = await readLocationByTarget(this.#database.read, input.type, input.target);
    const location = toView({ id: `${input.type}:${input.target}`, ...input });
    return { location, entities, exists: known !== undefined };
  }

  async query({ limit, afterId, query }: LocationCursor) {
    const matching = (await this.list()).filter((location) => query === undefined || matchesPredicate(query, location));
    const start = afterId === undefined ? 0 : matching.findIndex(({ id }) => id > afterId);
    const items = start === -1 ? [] : matching.slice(start, start + limit);
    const last = items.at(-1);
    const hasMore = last !== undefined && matching.at(-1) !== last;
    const next = hasMore ? encodeLocationCursor({ limit, afterId: last.id, ...(query === undefined ? {} : { query }) }) : undefined;
    return { items, totalItems: matching.length, pageInfo: next === undefined ? {} : { nextCursor: next } };
  }
}

function toView(record: LocationRecord): LocationView {
  const { id, type, target } = record;
  return { id, type, target, entityRef: stringifyEntityRef({ kind: 'Location', name: locationEntityName(record) }) };
}

function requireUrl({ type, target }: LocationInput): void {
  if (type !== 'url') throw new CatalogError('InputError', "Registered locations must be of type 'url'");
  const url = URL.canParse(target) ? new URL(target) : undefined;
  if (url === undefined) throw new CatalogError('InputError', `The location's target ${JSON.stringify(target.slice(0, 200))} is not a URL`);
  // It would be stored, listed and shown to everybody.
  if (url.password !== '') throw new CatalogError('InputError', "The location's target must not contain a password");
}

function notFound(id: string): CatalogError {
  return new CatalogError('NotFoundError', `Found no location with ID ${id}`);
}

function exists({ type, target }: LocationInput): CatalogError {
  return new CatalogError('ConflictError', `Location ${type}:${target} already exists`);
}

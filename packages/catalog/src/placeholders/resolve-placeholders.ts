import { type Entity, isMap } from '../model/entity.ts';
import type { LocationRef } from '../model/location-ref.ts';
import { type EntityProblem, inputError } from '../model/validation/entity-problem.ts';
import { isExpandedBelow } from '../parsing/expanded-size.ts';
import { shownTarget } from '../processing/shown-location.ts';
import type { ContentReader } from '../reading/content.ts';
import { ReadLog, type ReadRecord } from './read-log.ts';
import { PLACEHOLDER_RESOLVERS, type PlaceholderResolver } from './resolvers.ts';

export interface PlaceholderOptions {
  /** Where the entity is written: what relative references are relative to. */
  location: LocationRef;
  reader: ContentReader;
  /** By key, without the dollar sign. Default: text, json, yaml, openapi, asyncapi. */
  resolvers?: ReadonlyMap<string, PlaceholderResolver>;
  signal?: AbortSignal;
}

export type PlaceholderResult = { reads: ReadRecord[] } & (
  | { entity: Entity; problem?: undefined }
  | { entity?: undefined; problem: EntityProblem }
);

/** Values within each other; parsed documents have at most 256. */
const DEPTH_MAX = 300;
const CHARACTERS_MAX = 128 * 1024 * 1024;

type Path = readonly (string | number)[];

/** An error of one placeholder, with its spot. */
class PlaceholderError extends Error {
  readonly path: Path;

  constructor(message: string, path: Path) {
    super(message);
    this.path = path;
  }
}

/**
 * Whether there is anything to resolve, without reading: most entities have no placeholder and need not go through the
 * asynchronous way.
 */
export function hasPlaceholders(value: unknown, resolvers: ReadonlyMap<string, unknown> = PLACEHOLDER_RESOLVERS): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((item) => hasPlaceholders(item, resolvers));
  const keys = Object.keys(value);
  if (keys.some((key) => key.startsWith('$'))) return keys.length === 1 && resolvers.has(keys[0]?.slice(1) ?? '');
  return Object.values(value).some((item) => hasPlaceholders(item, resolvers));
}

/**
 * Fills in the placeholders of an entity, as Backstage does: an object with exactly one key, `$` and the name of a resolver, is
 * replaced by what it names. `$ref`, unknown names and objects with more keys stay as they are, with all that is in them; what was
 * filled in is not searched again. The entity itself is not changed. `reads` holds every place that was asked, also when one of them failed.
 */
export async function resolvePlaceholders(entity: Entity, options: PlaceholderOptions): Promise<PlaceholderResult> {
  const resolvers = options.resolvers ?? PLACEHOLDER_RESOLVERS;
  if (!hasPlaceholders(entity, resolvers)) return { entity, reads: [] };
  const log = new ReadLog(options.reader, options.signal);
  try {
    const resolved = await resolveIn(entity, [], { ...options, resolvers, log });
    // Aliases in what was read share their values until the entity is stored.
    if (!isExpandedBelow(resolved, CHARACTERS_MAX)) {
      throw new PlaceholderError(`The entity is larger than ${CHARACTERS_MAX / 2 ** 20} MiB once its placeholders are filled in`, []);
    }
    return { entity: resolved as Entity, reads: log.records };
  } catch (error) {
    if (!(error instanceof PlaceholderError)) throw error;
    const cause = { name: 'Error', message: error.message };
    const problem = inputError('Processor PlaceholderProcessor threw an error while preprocessing', cause, [...error.path]);
    return { problem, reads: log.records };
  }
}

interface Context extends PlaceholderOptions {
  resolvers: ReadonlyMap<string, PlaceholderResolver>;
  log: ReadLog;
}

async function resolveIn(value: unknown, path: Path, context: Context): Promise<unknown> {
  if (!hasPlaceholders(value, context.resolvers)) return value;
  if (path.length > DEPTH_MAX) throw new PlaceholderError(`The entity is nested more than ${DEPTH_MAX} deep`, path);
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const [index, item] of value.entries()) items.push(await resolveIn(item, [...path, index], context));
    return items;
  }
  if (!isMap(value)) return value;
  const [only = ''] = Object.keys(value);
  const resolver = only.startsWith('$') ? context.resolvers.get(only.slice(1)) : undefined;
  if (resolver !== undefined) return await resolveOne(only.slice(1), value[only], resolver, path, context);
  const entries: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) entries.push([key, await resolveIn(item, [...path, key], context)]);
  return Object.fromEntries(entries);
}

async function resolveOne(key: string, value: unknown, resolver: PlaceholderResolver, path: Path, context: Context): Promise<unknown> {
  if (typeof value !== 'string') {
    throw new PlaceholderError(
      `Placeholder $${key} expected a string value parameter, in the form of an absolute URL or a relative path`,
      path,
    );
  }
  let location: LocationRef;
  try {
    location = context.log.resolve(value, context.location);
  } catch (error) {
    throw new PlaceholderError(
      `Placeholder $${key} could not form a URL out of ${shownTarget(context.location.type, context.location.target)} and ${value}, ${error}`,
      path,
    );
  }
  try {
    return await resolver({ key, value, location, log: context.log });
  } catch (error) {
    if (context.signal?.aborted === true) throw error;
    throw new PlaceholderError(error instanceof Error ? error.message : String(error), path);
  }
}

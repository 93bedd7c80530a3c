import type { Place } from '@gatehouse/contract';
import {
  ANNOTATION_LOCATION,
  ANNOTATION_ORIGIN_LOCATION,
  type Entity,
  isMap,
  type LocationRef,
  relationsOf,
  stringifyEntityRef,
  stringifyLocationRef,
  validateEntity,
} from '../model/index.ts';
import type { EntityProblem } from '../model/validation/entity-problem.ts';
import type { ReadRecord } from '../placeholders/read-log.ts';
import { hasPlaceholders, resolvePlaceholders } from '../placeholders/resolve-placeholders.ts';
import type { ContentReader } from '../reading/content.ts';
import type { EntityWrite } from '../store/catalog-store.ts';
import type { CatalogRules } from './catalog-rules.ts';
import { locationKeyOf, type SourceItem, sourceIdOf } from './mutation.ts';
import type { ProcessingProblem } from './processing-problem.ts';
import { shownLocation } from './shown-location.ts';

export interface DocumentContext {
  item: SourceItem;
  reader: ContentReader;
  rules: CatalogRules;
  signal: AbortSignal;
}

export interface ProcessedDocument {
  ref: string | undefined;
  write?: EntityWrite;
  problem?: ProcessingProblem;
  reads: readonly ReadRecord[];
  /** What failed may work at the next try, although the document is the same. */
  isTransient: boolean;
}

type PlaceOf = (path: readonly (string | number)[]) => Place;

/** From one document to an entity that can be stored, or to what is wrong with it. */
export async function processDocument(
  value: Record<string, unknown>,
  placeOf: PlaceOf | undefined,
  context: DocumentContext,
): Promise<ProcessedDocument> {
  const { item, reader, rules, signal } = context;
  const origin = item.origin ?? item.location;
  const ref = refOf(value);
  const refuse = ({ name, message, path }: Pick<EntityProblem, 'name' | 'message' | 'path'>, reads: readonly ReadRecord[] = []) => ({
    ref,
    reads,
    isTransient: reads.length > 0,
    problem: { name, message, place: placeOf?.(path) },
  });
  const located = withLocation(value, item.location, origin);
  let filled: unknown = located;
  let reads: readonly ReadRecord[] = [];
  if (hasPlaceholders(located)) {
    const result = await resolvePlaceholders(located as unknown as Entity, { location: item.location, reader, signal });
    reads = result.reads;
    if (result.problem !== undefined) return refuse(result.problem, reads);
    // A document that is nothing but a placeholder got its annotations only now.
    filled = isMap(result.entity) ? withLocation(result.entity, item.location, origin) : result.entity;
  }
  const { entity, problem } = validateEntity(filled);
  // What was filled in may be what is wrong, so it is looked at again.
  if (problem !== undefined) return refuse(problem, reads);
  if (item.isTrusted !== true && !rules.isAllowed(entity, origin)) {
    const message = `Entity ${stringifyEntityRef(entity)} at ${shownLocation(item.location)}, originated at ${shownLocation(origin)}, is not of an allowed kind for that location; catalog.rules says what is`;
    return refuse({ name: 'NotAllowedError', message, path: ['kind'] });
  }
  const related = relationsOf(entity);
  if (related.problem !== undefined) return refuse(related.problem);
  const write: EntityWrite = { entity, relations: related.relations, source: sourceIdOf(item), parents: [...(item.parents ?? [])].sort() };
  const locationKey = locationKeyOf(item);
  if (locationKey !== undefined) write.locationKey = locationKey;
  return { ref: stringifyEntityRef(entity), write, reads, isTransient: false };
}

/** Which entity a document means, as far as it says; also of one that is not valid. */
function refOf(value: Record<string, unknown>): string | undefined {
  const { kind, metadata } = value;
  if (typeof kind !== 'string' || kind === '' || !isMap(metadata)) return undefined;
  const { name, namespace } = metadata;
  if (typeof name !== 'string' || name === '') return undefined;
  return stringifyEntityRef({ kind, name, ...(typeof namespace === 'string' && namespace !== '' ? { namespace } : {}) });
}

/** The document's own words on where it comes from do not count: access is given by them. */
function withLocation(value: Record<string, unknown>, location: LocationRef, origin: LocationRef): Record<string, unknown> {
  const metadata = isMap(value.metadata) ? value.metadata : undefined;
  const annotations = metadata?.annotations ?? {};
  if (metadata === undefined || !isMap(annotations)) return value;
  const { [ANNOTATION_LOCATION]: _location, [ANNOTATION_ORIGIN_LOCATION]: _origin, ...own } = annotations;
  const added = { [ANNOTATION_LOCATION]: stringifyLocationRef(location), [ANNOTATION_ORIGIN_LOCATION]: stringifyLocationRef(origin) };
  return { ...value, metadata: { ...metadata, annotations: { ...added, ...own } } };
}

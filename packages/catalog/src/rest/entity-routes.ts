import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Entity, parseEntityRef, stringifyEntityRef } from '../model/index.ts';
import { readAncestry } from '../query/ancestry.ts';
import type { EntityIndex } from '../query/entity-index.ts';
import type { EntityBytes } from '../query/entity-reader.ts';
import { CatalogError } from './catalog-error.ts';
import type { CatalogRestOptions } from './catalog-rest.ts';
import { decodeAfter, decodeCursor } from './cursor.ts';
import { conditionOf, type EntityQuery, queryEntities } from './entity-queries.ts';
import { parseFilters } from './parse-filter.ts';
import { parsePredicate } from './parse-predicate.ts';
import { all, integer, list, one, type Parameters, toFields, toOrder, toOrderFields } from './query-parameters.ts';
import { readBody } from './request-body.ts';

/** Entities that are read at once of a list without a limit. */
const CHUNK = 200;
const REFS_MAX = 10_000;
const FACETS_MAX = 100;

type Named = { Params: { kind: string; namespace: string; name: string } };

const READ = { config: { action: 'read' } } as const;
const WRITE = { config: { action: 'write' } } as const;

const fields = z.array(z.string()).optional();
const query = z.record(z.string(), z.unknown()).optional();
const limit = z.number().int().min(0).optional();

const queryBody = z.object({
  cursor: z.string().optional(),
  query,
  fields,
  limit,
  offset: limit,
  orderBy: z
    .array(z.object({ field: z.string().min(1), order: z.enum(['asc', 'desc']).default('asc') }))
    .max(20)
    .optional(),
  orderField: z.array(z.string()).optional(),
  fullTextFilter: z.object({ term: z.string().default(''), fields }).optional(),
  totalItems: z.enum(['include', 'exclude']).optional(),
});
const refsBody = z.object({ entityRefs: z.array(z.string()).max(REFS_MAX), fields, query });
const facetsBody = z.object({ facets: z.array(z.string()).min(1).max(FACETS_MAX), query });

/** GET and POST of entities and facets, as Backstage's catalog has them. */
export function addEntityRoutes(app: FastifyInstance, options: CatalogRestOptions): void {
  const { follower, reader, database, processing } = options;

  app.get<{ Querystring: Parameters }>('/entities', READ, async (request, reply) => {
    const { refs, next } = listEntities(follower.index, request.query);
    if (next !== undefined) reply.header('link', nextLink(request, next));
    reply.type(JSON_TYPE);
    return Readable.from(entityArray(options, refs, toFields(all(request.query, 'fields'))));
  });

  const answerQuery = async (reply: FastifyReply, question: EntityQuery, selected: string[] | undefined) => {
    const { index } = follower;
    const { refs, totalItems, pageInfo } = queryEntities(index, question);
    const items = (await reader.readBytes(index, refs, selected)).filter((entity) => entity !== undefined);
    reply.type(JSON_TYPE);
    return joinEntities('{"items":[', items, `],"totalItems":${totalItems},"pageInfo":${JSON.stringify(pageInfo)}}`);
  };

  app.get<{ Querystring: Parameters }>('/entities/by-query', READ, (request, reply) =>
    answerQuery(reply, toQuestion(request.query), toFields(all(request.query, 'fields'))),
  );

  app.post('/entities/by-query', READ, (request, reply) => {
    const { cursor, orderBy, orderField, totalItems, fields: selected, ...rest } = readBody(request, queryBody);
    const orderFields = orderBy ?? toOrderFields(orderField ?? []);
    if (cursor === '') throw new CatalogError('InputError', 'Cursor cannot be empty');
    const question = { ...rest, orderFields, totalItems: totalItems === 'exclude' ? totalItems : undefined };
    return answerQuery(reply, cursor === undefined ? question : { ...question, cursor: decodeCursor(cursor) }, toFields(selected ?? []));
  });

  app.get<{ Params: { uid: string } }>('/entities/by-uid/:uid', READ, async (request, reply) => {
    const row = follower.index.rowOfUid(request.params.uid);
    const ref = row === undefined ? undefined : follower.index.refOf(row);
    return answerOne(options, reply, ref, `No entity with uid ${request.params.uid}`);
  });

  app.delete<{ Params: { uid: string } }>('/entities/by-uid/:uid', WRITE, async (request, reply) => {
    const row = follower.index.rowOfUid(request.params.uid);
    if (row !== undefined) await processing.removeEntity(follower.index.refOf(row));
    return reply.code(204).send();
  });

  app.get<Named>('/entities/by-name/:kind/:namespace/:name', READ, async (request, reply) => {
    const { kind, namespace, name } = request.params;
    return answerOne(options, reply, stringifyEntityRef(request.params), noEntity(kind, namespace, name));
  });

  app.get<Named>('/entities/by-name/:kind/:namespace/:name/ancestry', READ, async (request) => {
    const rootEntityRef = stringifyEntityRef(request.params);
    const ancestry = await readAncestry(database.read, rootEntityRef);
    const texts = await reader.read(
      follower.index,
      ancestry.map(({ ref }) => ref),
    );
    if (texts[0] === undefined) throw new CatalogError('NotFoundError', `No such entity ${rootEntityRef}`);
    const items = ancestry.flatMap(({ parentRefs }, at) => {
      const text = texts[at];
      return text === undefined ? [] : [{ entity: JSON.parse(text) as Entity, parentEntityRefs: parentRefs }];
    });
    return { rootEntityRef, items };
  });

  app.post<{ Querystring: Parameters }>('/entities/by-refs', READ, async (request, reply) => {
    const body = readBody(request, refsBody);
    const { index } = follower;
    const where = conditionOf({ filter: all(request.query, 'filter'), query: body.query, orderFields: [] });
    const selected = where === undefined ? undefined : index.select(where);
    const refs = body.entityRefs.map((text) => {
      const ref = toRef(text);
      const row = ref === undefined ? undefined : index.rowOf(ref);
      return row === undefined || selected?.has(row) === false ? undefined : ref;
    });
    const wanted = [...new Set(refs.filter((ref) => ref !== undefined))];
    const entities = await reader.readBytes(index, wanted, toFields([...all(request.query, 'fields'), ...(body.fields ?? [])]));
    const byRef = new Map(wanted.map((ref, at) => [ref, entities[at]]));
    reply.type(JSON_TYPE);
    const items = refs.map((ref) => (ref === undefined ? undefined : byRef.get(ref)) ?? NULL);
    return joinEntities('{"items":[', items, ']}');
  });

  app.get<{ Querystring: Parameters }>('/entity-facets', READ, async (request) => {
    const facets = list(request.query, 'facet');
    if (facets.length === 0) throw new CatalogError('InputError', 'Missing facet parameter');
    if (facets.length > FACETS_MAX) throw new CatalogError('InputError', `More than ${FACETS_MAX} facets`);
    return countFacets(follower.index, facets, parseFilters(all(request.query, 'filter')));
  });

  app.post('/entity-facets', READ, async (request) => {
    const body = readBody(request, facetsBody);
    return countFacets(follower.index, body.facets, body.query === undefined ? undefined : parsePredicate(body.query));
  });
}

const JSON_TYPE = 'application/json; charset=utf-8';

const COMMA = Buffer.from(',');
const NULL: EntityBytes = [Buffer.from('null')];

/** Entities with commas in between: in one copy, since a page of whole entities has some hundred kilobytes. */
function joinEntities(before: string, entities: readonly EntityBytes[], after: string): Buffer {
  const pieces: Buffer[] = [Buffer.from(before)];
  for (const [at, entity] of entities.entries()) {
    if (at > 0) pieces.push(COMMA);
    pieces.push(...entity);
  }
  pieces.push(Buffer.from(after));
  return Buffer.concat(pieces);
}

export function noEntity(kind: string, namespace: string, name: string): string {
  return `No entity named '${name}' found, with kind '${kind}' in namespace '${namespace}'`;
}

async function answerOne(
  { follower, reader }: CatalogRestOptions,
  reply: FastifyReply,
  ref: string | undefined,
  notFound: string,
): Promise<Buffer> {
  const isThere = ref !== undefined && follower.index.rowOf(ref) !== undefined;
  const [entity] = isThere ? await reader.readBytes(follower.index, [ref]) : [];
  if (entity === undefined) throw new CatalogError('NotFoundError', notFound);
  reply.type(JSON_TYPE);
  return joinEntities('', [entity], '');
}

function listEntities(index: EntityIndex, parameters: Parameters): { refs: string[]; next?: string } {
  const after = one(parameters, 'after');
  const place = after === undefined ? {} : decodeAfter(after);
  const limit = place.limit ?? integer(parameters, 'limit');
  const offset = place.offset ?? integer(parameters, 'offset') ?? 0;
  const page = index.page({
    where: parseFilters(all(parameters, 'filter')),
    order: toOrder(all(parameters, 'order')),
    offset,
    limit: limit ?? Number.POSITIVE_INFINITY,
  });
  const refs = page.rows.map((row) => index.refOf(row));
  if (limit === undefined || !page.hasNext) return { refs };
  return { refs, next: Buffer.from(JSON.stringify({ limit, offset: offset + limit })).toString('base64') };
}

function nextLink(request: FastifyRequest, after: string): string {
  const url = new URL(`http://ignored${request.url.slice('/api/catalog'.length)}`);
  url.searchParams.delete('offset');
  url.searchParams.set('after', after);
  return `<${url.pathname}${url.search}>; rel="next"`;
}

/** A JSON array in pieces: all entities of a large catalog at once are more than the memory should hold. */
async function* entityArray({ follower, reader }: CatalogRestOptions, refs: readonly string[], selected: string[] | undefined) {
  let separator = '[';
  for (let at = 0; at < refs.length; at += CHUNK) {
    const entities = await reader.readBytes(follower.index, refs.slice(at, at + CHUNK), selected);
    const present = entities.filter((entity) => entity !== undefined);
    if (present.length === 0) continue;
    yield joinEntities(separator, present, '');
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}

function toQuestion(parameters: Parameters): EntityQuery {
  const cursor = one(parameters, 'cursor');
  const term = one(parameters, 'fullTextFilterTerm');
  const textFields = list(parameters, 'fullTextFilterFields');
  return {
    filter: all(parameters, 'filter'),
    orderFields: toOrderFields(all(parameters, 'orderField')),
    limit: integer(parameters, 'limit'),
    offset: integer(parameters, 'offset'),
    totalItems: one(parameters, 'totalItems') === 'exclude' ? 'exclude' : undefined,
    fullTextFilter: term === undefined ? undefined : { term, ...(textFields.length === 0 ? {} : { fields: textFields }) },
    cursor: cursor === undefined || cursor === '' ? undefined : decodeCursor(cursor),
  };
}

function countFacets(index: EntityIndex, names: readonly string[], where: ReturnType<typeof parseFilters>) {
  const rows = where === undefined ? undefined : index.select(where);
  return { facets: Object.fromEntries(names.map((name) => [name, index.facet(name, rows)])) };
}

/** The ref in its stored form; undefined when it is none, which no entity has either. */
function toRef(text: string): string | undefined {
  try {
    return stringifyEntityRef(parseEntityRef(text));
  } catch {
    return undefined;
  }
}

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Entity, parseLocationRef, stringifyEntityRef } from '../model/index.ts';
import { CatalogError } from './catalog-error.ts';
import type { CatalogRestOptions } from './catalog-rest.ts';
import { decodeLocationCursor } from './cursor.ts';
import { RegisteredLocations } from './locations.ts';
import { parsePredicate } from './parse-predicate.ts';
import type { LocationInput, SerializedProblem } from './ports.ts';
import { one, type Parameters } from './query-parameters.ts';
import { readBody } from './request-body.ts';

const LIMIT_DEFAULT = 1_000;

const READ = { config: { action: 'read' } } as const;
/** Also for what only looks at other places: it makes this server fetch what the caller names. */
const WRITE = { config: { action: 'write' } } as const;

const location = z.strictObject({
  type: z.string(),
  target: z.string().max(2_000),
  presence: z.enum(['required', 'optional']).optional(),
});
const locationsQuery = z.object({
  cursor: z.string().optional(),
  limit: z.number().int().min(1, 'Limit must be a positive integer >= 1').optional(),
  query: z.record(z.string(), z.unknown()).optional(),
});
const refreshBody = z.object({ entityRef: z.string() });
const validateBody = z.object({ entity: z.unknown(), location: z.string() });
const analyzeBody = z.object({ location, catalogFilename: z.string().optional(), catalogFileName: z.string().optional() });

/** Registered locations, and what is done with them and with single entities. */
export function addLocationRoutes(app: FastifyInstance, options: CatalogRestOptions): void {
  const { follower, reader, processing } = options;
  const locations = new RegisteredLocations(options.database, processing, options.locationConflict ?? 'reject');
  const refuseIfReadonly = () => {
    if (options.readonly === true) throw new CatalogError('NotAllowedError', 'This operation not allowed in readonly mode');
  };

  app.get('/locations', READ, async () => (await locations.list()).map((data) => ({ data })));

  app.post('/locations/by-query', READ, async (request) => {
    const { cursor, limit = LIMIT_DEFAULT, query } = readBody(request, locationsQuery);
    const question = cursor === undefined ? { limit, ...(query === undefined ? {} : { query }) } : decodeLocationCursor(cursor);
    // Also when there is no location that it could be applied to.
    if (question.query !== undefined) parsePredicate(question.query);
    return locations.query(question);
  });

  app.post<{ Querystring: Parameters }>('/locations', WRITE, async (request, reply) => {
    const { type, target } = readBody(request, location);
    const dryRun = ['true', '1', 'yes', 'y', 'on'].includes((one(request.query, 'dryRun') ?? '').toLowerCase());
    if (dryRun) return reply.code(201).send(await locations.preview({ type, target }));
    refuseIfReadonly();
    const onConflict = one(request.query, 'onConflict');
    const added = await locations.add({ type, target }, onConflict === 'refresh' || onConflict === 'reject' ? onConflict : undefined);
    return reply.code(201).send({ location: added, entities: [] });
  });

  app.get<{ Params: { id: string } }>('/locations/:id', READ, (request) => locations.get(request.params.id));

  app.put<{ Params: { id: string } }>('/locations/:id', WRITE, async (request) => {
    const { type, target } = readBody(request, location);
    refuseIfReadonly();
    return locations.update(request.params.id, { type, target });
  });

  app.delete<{ Params: { id: string } }>('/locations/:id', WRITE, async (request, reply) => {
    refuseIfReadonly();
    await locations.remove(request.params.id);
    return reply.code(204).send();
  });

  app.get<{ Params: { kind: string; namespace: string; name: string } }>(
    '/locations/by-entity/:kind/:namespace/:name',
    READ,
    async (request) => {
      const ref = stringifyEntityRef(request.params);
      const [text] = await reader.read(follower.index, [ref], ['metadata.annotations']);
      if (text === undefined) throw new CatalogError('NotFoundError', `found no entity for ref ${ref}`);
      return locations.ofEntity(ref, JSON.parse(text) as Entity);
    },
  );

  app.post('/refresh', WRITE, async (request, reply) => {
    await processing.refreshEntity(readBody(request, refreshBody).entityRef);
    return reply.code(200).send();
  });

  app.post('/validate-entity', WRITE, async (request, reply) => {
    const body = readBody(request, validateBody);
    const place = toUrlLocation(body.location);
    const errors = 'problem' in place ? [place.problem] : await processing.validateEntity(body.entity, place.location);
    return errors.length === 0 ? reply.code(200).send() : reply.code(400).send({ errors });
  });

  app.post('/analyze-location', WRITE, async (request) => {
    const body = readBody(request, analyzeBody);
    if (!URL.canParse(body.location.target)) throw new CatalogError('InputError', 'The given location.target is not a URL');
    const { type, target } = body.location;
    return processing.analyzeLocation({ location: { type, target }, catalogFilename: body.catalogFilename ?? body.catalogFileName });
  });
}

function toUrlLocation(ref: string): { location: LocationInput } | { problem: SerializedProblem } {
  try {
    const parsed = parseLocationRef(ref);
    if (parsed.type === 'url') return { location: parsed };
    const message = `Invalid location ref ${ref}, only 'url:<target>' is supported, e.g. url:https://host/path`;
    return { problem: { name: 'TypeError', message } };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { problem: { name: error.name, message: error.message } };
  }
}

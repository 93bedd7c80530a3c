import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CatalogError } from './catalog-error.ts';

/** Bodies are JSON. Backstage's client announces JSON also where it sends nothing, which is no body then. */
export function acceptJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') {
      done(null, undefined);
      return;
    }
    try {
      done(null, JSON.parse(String(body)));
    } catch (error) {
      done(new CatalogError('InputError', `The body is not JSON: ${error instanceof Error ? error.message : String(error)}`));
    }
  });
  app.addContentTypeParser('*', (_request, _payload, done) => done(new CatalogError('InputError', 'Illegal Content-Type')));
}

/** The body as `schema` says. Throws `InputError`. */
export function readBody<Schema extends z.ZodType>(request: FastifyRequest, schema: Schema): z.output<Schema> {
  if (request.body === undefined || request.body === null) throw new CatalogError('InputError', 'Missing request body');
  const { data, error } = schema.safeParse(request.body);
  if (error !== undefined) throw new CatalogError('InputError', `Malformed request: ${z.prettifyError(error)}`);
  return data;
}

import type { FastifyInstance } from 'fastify';

/** Makes `application/json` the only media type of request bodies; a body of no bytes is none. Keys named `__proto__` are refused. */
export function acceptJsonOnly(app: FastifyInstance): void {
  // `constructor` is a name that properties of an API's schemas may well have.
  const parse = app.getDefaultJsonParser('error', 'ignore');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
    // Clients set the Content-Type of requests that have no body, too.
    if (text.length === 0) done(null, undefined);
    else parse(request, text, done);
  });
}

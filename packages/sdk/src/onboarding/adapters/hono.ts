import { type AdapterOptions, type AdapterReading, describesPaths, type OnboardAdapter, type RawRoute, readGiven } from './adapter.ts';
import { asText, call, items, read } from './safe-read.ts';

/** Takes the document of @hono/zod-openapi where the application is one of its own, else what a Hono application serves. */
export function honoAdapter(app: object, options: AdapterOptions = {}): OnboardAdapter {
  return {
    framework: 'Hono',
    async read(info): Promise<AdapterReading> {
      const given = await readGiven(options.document);
      if (given !== undefined) return given;
      const document =
        call(app, 'getOpenAPI31Document', { openapi: '3.1.0', info }) ?? call(app, 'getOpenAPIDocument', { openapi: '3.0.3', info });
      if (describesPaths(document)) return { kind: 'document', document };
      return { kind: 'routes', dialect: 'hono', routes: readHonoRoutes(app) };
    },
  };
}

function* readHonoRoutes(app: object): Generator<RawRoute | undefined, void> {
  for (const route of items(read(app, 'routes'))) {
    const method = read(route, 'method');
    const isMiddleware = method === 'ALL' && takesNext(read(route, 'handler'));
    yield isMiddleware ? undefined : { method, path: asText(read(route, 'path')) };
  }
}

/** `app.use` and `app.all` leave the same in the table; only middleware takes `next`. Mounted handlers are wrapped. */
function takesNext(handler: unknown): boolean {
  let target = handler;
  for (let depth = 0; depth < 32; depth += 1) {
    const inner = read(target, '__COMPOSED_HANDLER');
    if (inner === undefined) break;
    target = inner;
  }
  const length = read(target, 'length');
  return typeof length === 'number' && length > 1;
}

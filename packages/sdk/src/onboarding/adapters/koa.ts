import { type AdapterOptions, type OnboardAdapter, type RawRoute, readGiven } from './adapter.ts';
import { literalOf } from './express-layer.ts';
import { asText, isList, items, read } from './safe-read.ts';

/** Reads what routers of koa-router or @koa/router serve; of a Koa application, those of its routers that are mounted directly. */
export function koaAdapter(router: object | readonly object[], options: AdapterOptions = {}): OnboardAdapter {
  return {
    framework: 'Koa',
    async read() {
      const given = await readGiven(options.document);
      return given ?? { kind: 'routes', dialect: 'koa', routes: readAll(router) };
    },
  };
}

function* readAll(routers: unknown): Generator<RawRoute | undefined, void> {
  for (const router of isList(routers) ? items(routers) : [routers]) {
    yield* readRouter(router);
    // `router.routes()` carries its router.
    for (const middleware of items(read(router, 'middleware'))) yield* readRouter(read(middleware, 'router'));
  }
}

/** Routers within routers are copied into the outer one with their prefix. Layers without methods are middleware. */
function* readRouter(router: unknown): Generator<RawRoute | undefined, void> {
  for (const layer of items(read(router, 'stack'))) {
    const path = read(layer, 'path');
    for (const method of [...items(read(layer, 'methods'))].slice(0, 50)) {
      yield { method, path: asText(path) ?? literalOf(path) };
    }
    yield undefined;
  }
}

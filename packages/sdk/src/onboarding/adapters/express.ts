import { type AdapterOptions, type OnboardAdapter, type RawRoute, readGiven } from './adapter.ts';
import { literalOf, methodsOf, prefixesOfLayer } from './express-layer.ts';
import { asText, isList, items, read } from './safe-read.ts';

const DEPTH_MAX = 32;

/** Reads what an Express 4 or 5 application serves, its routers included. Call `onboard` after the routes are registered. */
export function expressAdapter(app: object, options: AdapterOptions = {}): OnboardAdapter {
  return {
    framework: 'Express',
    async read() {
      const given = await readGiven(options.document);
      if (given !== undefined) return given;
      return { kind: 'routes', dialect: 'express', routes: readExpressRoutes(app) };
    },
  };
}

/** The routes of an application or router, one entry per layer. */
export function* readExpressRoutes(app: unknown): Generator<RawRoute | undefined, void> {
  yield* walk(stackOf(app), [''], new Set());
}

/** Express 4 makes its router when it is first used; `router` of Express 4 is a getter that throws, of Express 5 the router. */
function stackOf(app: unknown): unknown {
  const own = read(app, 'stack');
  if (isList(own)) return own;
  const router = read(app, '_router') ?? read(app, 'router');
  return read(router, 'stack');
}

/** `prefixes`: where the router is mounted; a router that is mounted within itself is read once. */
function* walk(stack: unknown, prefixes: readonly string[], ancestors: Set<unknown>): Generator<RawRoute | undefined, void> {
  if (ancestors.has(stack) || ancestors.size >= DEPTH_MAX) return;
  ancestors.add(stack);
  for (const layer of items(stack)) {
    const route = read(layer, 'route');
    if (typeof route === 'object' && route !== null) {
      yield* readRoute(route, prefixes);
      continue;
    }
    yield undefined;
    const handle = read(layer, 'handle');
    const inner = stackOf(handle);
    if (!isList(inner)) {
      // Another application, wrapped so that nothing of it is to be seen: give it an adapter of its own.
      if (read(layer, 'name') === 'mounted_app') yield { method: 'GET', path: undefined };
      continue;
    }
    const mounts = prefixesOfLayer(layer);
    // A regular expression, or a release of Express 5 that does not keep where a router is mounted.
    if (mounts === undefined) yield { method: 'GET', path: undefined };
    else yield* walk(inner, join(prefixes, mounts), ancestors);
  }
  ancestors.delete(stack);
}

function* readRoute(route: unknown, prefixes: readonly string[]): Generator<RawRoute | undefined, void> {
  const path = read(route, 'path');
  const paths = isList(path) ? [...items(path)].slice(0, 100) : [path];
  for (const method of methodsOf(route)) {
    for (const own of paths) {
      const text = asText(own) ?? literalOf(own);
      for (const prefix of prefixes) yield { method, path: text === undefined ? undefined : `${prefix}/${text}` };
    }
  }
}

function join(prefixes: readonly string[], mounts: readonly string[]): string[] {
  return prefixes.flatMap((prefix) => mounts.map((mount) => `${prefix}/${mount}`)).slice(0, 100);
}

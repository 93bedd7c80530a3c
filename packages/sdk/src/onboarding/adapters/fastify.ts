import { type AdapterOptions, type AdapterReading, describesPaths, type OnboardAdapter, type RawRoute, readGiven } from './adapter.ts';
import { parseRouteTree } from './fastify-route-tree.ts';
import { asText, call, isList, items, read } from './safe-read.ts';

/** Most routes that are remembered while they are registered. */
const ROUTES_MAX = 100_000;

/**
 * Takes the document of @fastify/swagger where it is registered, else what a Fastify application serves. Best made before the routes are
 * registered, because then Fastify tells of each; made later, the printed routes are read.
 */
export function fastifyAdapter(app: object, options: AdapterOptions = {}): OnboardAdapter {
  const registered: RawRoute[] = [];
  let isReady: Promise<void> | undefined;
  // A started application takes no hooks; then it is ready, too. Routes that were there before the hook are not told of.
  const hadRoutes = asText(call(app, 'printRoutes'), Number.POSITIVE_INFINITY) !== '(empty tree)';
  const onRoute = (route: unknown) => {
    const method = read(route, 'method');
    const isHidden = read(read(route, 'schema'), 'hide') === true;
    for (const one of isList(method) ? [...items(method)].slice(0, 50) : [method]) {
      if (registered.length < ROUTES_MAX && !isHidden) registered.push({ method: one, path: asText(read(route, 'url')) });
    }
  };
  if (addHook(app, 'onRoute', onRoute)) {
    isReady = new Promise((resolve) => {
      // Hooks that take an argument are given a callback.
      const onReady = (done: () => void) => {
        resolve();
        done();
      };
      if (!addHook(app, 'onReady', onReady)) resolve();
    });
  }
  return {
    framework: 'Fastify',
    ready: () => isReady ?? Promise.resolve(),
    async read(): Promise<AdapterReading> {
      const given = (await readGiven(options.document)) ?? readSwagger(app);
      if (given !== undefined) return given;
      if (isReady !== undefined && !hadRoutes) return { kind: 'routes', dialect: 'fastify', routes: registered };
      return { kind: 'routes', dialect: 'fastify', routes: readPrinted(app) };
    },
  };
}

function readSwagger(app: object): AdapterReading | undefined {
  const document = call(app, 'swagger');
  return describesPaths(document) ? { kind: 'document', document } : undefined;
}

function addHook(app: object, name: string, hook: (argument: never) => void): boolean {
  try {
    (app as { addHook(name: string, hook: (argument: never) => void): void }).addHook(name, hook);
    return true;
  } catch {
    return false;
  }
}

/** Fastify shows its routes only as a drawing; what is read from it is asked for again, so that a misread drawing adds nothing. */
function* readPrinted(app: object): Generator<RawRoute | undefined, void> {
  const drawing = asText(call(app, 'printRoutes'), 50_000_000);
  for (const route of parseRouteTree(drawing ?? '')) {
    const isKnown = call(app, 'hasRoute', { method: route.method, url: route.path, constraints: route.constraints });
    yield isKnown === false ? undefined : route;
  }
}

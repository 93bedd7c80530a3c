import type { RawRoute } from '../adapters/adapter.ts';
import { type Dialect, toTemplates } from './path-templates.ts';

/** Methods that OpenAPI has operations for; HEAD, OPTIONS and TRACE are the framework's own affair. */
const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;
export type Method = (typeof METHODS)[number];

const IGNORED: ReadonlySet<string> = new Set(['head', 'options', 'trace', 'connect']);
const ROUTES_MAX = 20_000;
/** Entries that are looked at, of whatever kind: an endless table ends here. */
const ENTRIES_MAX = 200_000;

/** A path and what can be done there. */
export interface CollectedPath {
  template: string;
  methods: Set<Method>;
}

export interface CollectedRoutes {
  paths: readonly CollectedPath[];
  operations: number;
  /** What was left out and why, a sentence each. */
  notes: readonly string[];
}

interface Counts {
  unwritable: number;
  foreign: number;
  beyond: boolean;
}

/** Collects what a framework serves, one entry per step: no duplicates, one template for all that differ in names of parameters only. */
export function* collectRoutes(routes: Iterable<RawRoute | undefined>, dialect: Dialect): Generator<void, CollectedRoutes> {
  const byShape = new Map<string, CollectedPath>();
  const counts: Counts = { unwritable: 0, foreign: 0, beyond: false };
  let operations = 0;
  let entries = 0;
  for (const route of routes) {
    yield;
    entries += 1;
    if (entries > ENTRIES_MAX || operations >= ROUTES_MAX) {
      counts.beyond = true;
      break;
    }
    if (route !== undefined) operations += addRoute(byShape, route, dialect, counts);
  }
  return { paths: withoutTwins(byShape), operations, notes: toNotes(counts) };
}

/** How many operations the route adds. */
function addRoute(byShape: Map<string, CollectedPath>, { method, path }: RawRoute, dialect: Dialect, counts: Counts): number {
  const methods = toMethods(method);
  if (methods === undefined) {
    counts.foreign += 1;
    return 0;
  }
  if (methods.length === 0) return 0;
  const templates = typeof path === 'string' ? toTemplates(path, dialect) : undefined;
  if (templates === undefined) {
    counts.unwritable += 1;
    return 0;
  }
  let added = 0;
  for (const template of templates) {
    // Whatever comes, anywhere or with any method: pages of a web application, proxies and answers for what is not found, but no operation.
    if (/^\/\{[^{}]*\+\}$/.test(template) || (methods === METHODS && template.endsWith('+}'))) continue;
    const shape = template.replaceAll(/\{[^{}]{1,80}\}/g, '{}');
    const known = byShape.get(shape) ?? { template, methods: new Set<Method>() };
    byShape.set(shape, known);
    for (const name of methods) {
      if (known.methods.has(name)) continue;
      known.methods.add(name);
      added += 1;
    }
  }
  return added;
}

function toMethods(method: unknown): readonly Method[] | undefined {
  if (typeof method !== 'string' || method.length > 32) return undefined;
  const name = method.toLowerCase();
  if (name === 'all') return METHODS;
  if (IGNORED.has(name)) return [];
  const known = METHODS.find((candidate) => candidate === name);
  return known === undefined ? undefined : [known];
}

/** Frameworks that answer with and without the last slash have two routes for it. */
function withoutTwins(byShape: ReadonlyMap<string, CollectedPath>): CollectedPath[] {
  return [...byShape].flatMap(([shape, path]) => {
    const twin = shape.length > 1 && shape.endsWith('/') ? byShape.get(shape.slice(0, -1)) : undefined;
    if (twin === undefined) return [path];
    const methods = new Set([...path.methods].filter((method) => !twin.methods.has(method)));
    return methods.size === 0 ? [] : [{ ...path, methods }];
  });
}

function toNotes({ unwritable, foreign, beyond }: Counts): string[] {
  return [
    ...(unwritable === 0 ? [] : [`${unwritable} route${unwritable === 1 ? '' : 's'} left out whose path no OpenAPI template can say`]),
    ...(foreign === 0 ? [] : [`${foreign} route${foreign === 1 ? '' : 's'} left out whose method OpenAPI does not have`]),
    ...(beyond ? [`only the first ${ROUTES_MAX} operations were taken`] : []),
  ];
}

import { type PathTemplate, parseTemplate, TEMPLATE_SEGMENTS_MAX } from './path-template.ts';
import { addMethods, append, pick, type RouteEnding, type RouteEntry, RouteNode, staticChild } from './route-node.ts';
import { RoutingError } from './routing-error.ts';

/** What a lookup fills in: an exchange, usually. */
export interface RouteMatch<Route> {
  route: Route | null;
  /** Raw canonical values in the order of the template's parameters. */
  params: readonly string[];
}

export interface RouteTreeOptions {
  /** HEAD is answered by the GET route where neither HEAD nor ANY is declared (RFC 9110 section 9.3.2). AWS does not do that. */
  headFromGet: boolean;
}

/**
 * Distinct sequences of static and parameter segments that the templates of one tree may begin with. It bounds a lookup: for one path,
 * each such sequence leads to at most one node, so no path makes the search look at more nodes than this, whatever the templates are.
 * Real documents have dozens.
 */
export const ROUTE_PATTERNS_MAX = 1024;

const SLASH_CODE = 47;
const NO_PARAMS: readonly string[] = [];

/** Start and end of each parameter's value on the way to the current node. Lookups are synchronous, so one place serves all. */
const ranges = new Uint32Array(2 * (TEMPLATE_SEGMENTS_MAX + 1));
let rangeCount = 0;
let visits = 0;

/**
 * The routes of one publication by method and path. Static text wins over a parameter and a parameter over a greedy one, segment by
 * segment from the left; a specific method wins over ANY. The choice is made for path and method together: where the best path lacks
 * the method, the search goes on to less specific ones (measured on Amazon API Gateway: with `POST /admin` and `ANY /{proxy+}`,
 * `GET /admin` reaches the proxy).
 */
export class RouteTree<Route> {
  readonly #root = new RouteNode<Route>();
  #catchAll: RouteEntry<Route> | null = null;
  readonly #headFromGet: boolean;
  /** Each as a number: a leading 1, then one bit per segment, set for a parameter. */
  readonly #patterns = new Set<number>();
  /** Nodes that the last lookup looked at: the figure that `ROUTE_PATTERNS_MAX` bounds. */
  lastVisits = 0;

  constructor({ headFromGet }: RouteTreeOptions) {
    this.#headFromGet = headFromGet;
  }

  /**
   * Adds a route; a template that was parsed before is not parsed again. `ANY` stands for the methods that no other route of the same
   * template names. Throws a `RoutingError` with code `route.invalid-template`, `route.duplicate` or `route.too-many-patterns`.
   */
  add(method: string, template: string | PathTemplate, route: Route): void {
    const parsed = typeof template === 'string' ? parseTemplate(template) : template;
    const entry: RouteEntry<Route> = { method, template: parsed.text, route, next: null };
    if (parsed.catchAll) {
      this.#catchAll = append(this.#catchAll, entry);
      return;
    }
    this.#checkPatterns(parsed);
    let node = this.#root;
    let ending: RouteEnding = parsed.trailingSlash ? 'slashed' : 'exact';
    for (const segment of parsed.segments) {
      if ('greedy' in segment) ending = 'greedy';
      else if ('param' in segment) node = node.param ??= new RouteNode();
      else node = staticChild(node, segment.static);
    }
    node[ending] = append(node[ending], entry);
  }

  /**
   * Finds the route for a method and the part of a canonical path from `start` on, which is empty or begins with a slash, and writes
   * it with its parameters to `into`. Returns false, and leaves `into` as it was, when there is none. Allocates the parameters only.
   */
  find(method: string, path: string, start: number, into: RouteMatch<Route>): boolean {
    visits = 0;
    const end = endOf(path, start);
    const entry = search(this.#root, method, path, start, end, 0, this.#headFromGet) ?? this.#findCatchAll(method);
    this.lastVisits = visits;
    if (entry === null) return false;
    into.route = entry.route;
    into.params = rangeCount === 0 ? NO_PARAMS : paramsOf(path);
    return true;
  }

  /**
   * The methods that have a route for this path, sorted, for the Allow field (RFC 9110 section 10.2.1); empty when no template matches.
   * Meant for when `find` failed: ANY, which would have matched, is not in it.
   */
  allowedMethods(path: string, start: number): string[] {
    const methods = new Set<string>();
    collect(this.#root, path, start, endOf(path, start), methods);
    addMethods(this.#catchAll, methods);
    if (this.#headFromGet && methods.has('GET')) methods.add('HEAD');
    methods.delete('ANY');
    return [...methods].sort();
  }

  #findCatchAll(method: string): RouteEntry<Route> | null {
    rangeCount = 0;
    return pick(this.#catchAll, method, this.#headFromGet);
  }

  #checkPatterns({ text, segments }: PathTemplate): void {
    let pattern = 1;
    for (const segment of segments) {
      if ('greedy' in segment) break;
      pattern = pattern * 2 + ('param' in segment ? 1 : 0);
      if (this.#patterns.size >= ROUTE_PATTERNS_MAX - 1 && !this.#patterns.has(pattern)) {
        throw new RoutingError(
          'route.too-many-patterns',
          `The path template ${text} mixes parameters and text in one way too many: an API may have ${ROUTE_PATTERNS_MAX} such patterns`,
        );
      }
      this.#patterns.add(pattern);
    }
  }
}

/** Where the last segment ends: a slash at the end of a path is no segment. */
function endOf(path: string, start: number): number {
  return path.length > start && path.charCodeAt(path.length - 1) === SLASH_CODE ? path.length - 1 : path.length;
}

/** Where the segment that begins at `from` ends. */
function segmentEnd(path: string, from: number, end: number): number {
  const slash = path.indexOf('/', from);
  return slash === -1 || slash > end ? end : slash;
}

/** The best route below a node for the rest of the path, from the slash at `at` (or `end`, when nothing is left) on. */
function search<Route>(
  node: RouteNode<Route>,
  method: string,
  path: string,
  at: number,
  end: number,
  count: number,
  headFromGet: boolean,
): RouteEntry<Route> | null {
  visits++;
  if (at === end) {
    rangeCount = count;
    const slash = path.length > end;
    return pick(slash ? node.slashed : node.exact, method, headFromGet) ?? pick(slash ? node.exact : node.slashed, method, headFromGet);
  }
  const from = at + 1;
  const to = segmentEnd(path, from, end);
  // A canonical path has no empty segment; another one matches nothing.
  if (to === from) return null;
  const child = node.statics?.get(path, from, to);
  if (child !== undefined) {
    const entry = search(child, method, path, to, end, count, headFromGet);
    if (entry !== null) return entry;
  }
  if (node.param !== null) {
    ranges[2 * count] = from;
    ranges[2 * count + 1] = to;
    const entry = search(node.param, method, path, to, end, count + 1, headFromGet);
    if (entry !== null) return entry;
  }
  const entry = pick(node.greedy, method, headFromGet);
  if (entry !== null) {
    ranges[2 * count] = from;
    ranges[2 * count + 1] = end;
    rangeCount = count + 1;
  }
  return entry;
}

function paramsOf(path: string): string[] {
  const params: string[] = [];
  for (let i = 0; i < rangeCount; i++) params.push(path.slice(ranges[2 * i], ranges[2 * i + 1]));
  return params;
}

/** The same walk as `search`, along every branch. */
function collect<Route>(node: RouteNode<Route>, path: string, at: number, end: number, methods: Set<string>): void {
  if (at === end) {
    addMethods(node.exact, methods);
    addMethods(node.slashed, methods);
    return;
  }
  const to = segmentEnd(path, at + 1, end);
  if (to === at + 1) return;
  const child = node.statics?.get(path, at + 1, to);
  if (child !== undefined) collect(child, path, to, end, methods);
  if (node.param !== null) collect(node.param, path, to, end, methods);
  addMethods(node.greedy, methods);
}

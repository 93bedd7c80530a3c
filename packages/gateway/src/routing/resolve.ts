import type { CompiledEnvironment, CompiledPublication, CompiledRoute, CompiledSnapshot } from '../compile/compiled.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { ErrorReply } from '../exchange/reply.ts';
import { canonicalTarget } from './canonical-path.ts';

/** The same answer whether API, route or environment is missing, so that nobody learns from it what exists. */
const NOT_FOUND = new ErrorReply('route.not-found');
const FORBIDDEN = new ErrorReply('access.forbidden');

const NO_PARAMS: readonly string[] = [];

/**
 * Finds out which API, environment and route a request is for and sets them on the exchange, or returns the error to answer with.
 * The publication is set whenever the API was found, even when the route was not, because its error profile renders the answer.
 *
 * 1. A bound host: the longest path mapping, whose key is removed, as is the API's base path. Never anything but a mapping: somebody
 *    who binds a host to one API does not publish the others under it.
 * 2. Else the field `X-Ca-Stage` names the environment, else the first segment, which is removed, else it is the default one.
 *    Then the API with the longest base path, which is removed. There is no falling back to a shorter one: an API answers for its paths.
 * 3. Then the route, by method and path together.
 *
 * For an exchange that is being debugged there is one publication only; where another one answers, nothing is told of it.
 */
export function resolve(snapshot: CompiledSnapshot, exchange: Exchange): ErrorReply | undefined {
  const start = locateCovered(snapshot, exchange);
  if (typeof start !== 'number') return start;
  const { publication, path } = exchange;
  if (publication === null) return NOT_FOUND;
  if (publication.routes.find(exchange.method, path, start, exchange)) return undefined;
  return missingRoute(publication, path, start);
}

/**
 * Finds the route that a CORS preflight (Fetch standard, section 3.3.2) asks about, which is the one that the announced method selects,
 * and sets it on the exchange like `resolve`. Returns undefined, and then `resolve` has to decide, when the request is no preflight,
 * when there is no such route or when no policy of it answers preflights. Only worth calling for the method OPTIONS.
 */
export function resolvePreflight(snapshot: CompiledSnapshot, exchange: Exchange): CompiledRoute | undefined {
  if (exchange.method !== 'OPTIONS' || !exchange.request.has('origin')) return undefined;
  const method = exchange.request.get('access-control-request-method');
  if (method === undefined) return undefined;
  const start = locateCovered(snapshot, exchange);
  if (typeof start !== 'number' || !exchange.publication?.routes.find(method, exchange.path, start, exchange)) return undefined;
  const { route } = exchange;
  if (route !== null && route.preflightSteps.length > 0) return route;
  exchange.route = null;
  exchange.params = NO_PARAMS;
  return undefined;
}

function locateCovered(snapshot: CompiledSnapshot, exchange: Exchange): number | ErrorReply {
  const start = locate(snapshot, exchange);
  const { trace, publication } = exchange;
  if (trace === null || publication === null || trace.covers(publication)) return start;
  exchange.publication = null;
  exchange.environment = trace.environment;
  exchange.mappingKey = undefined;
  exchange.routePath = '';
  return NOT_FOUND;
}

/** Sets everything but route and parameters. Returns the index in the path where the route's part begins, or the error. */
function locate(snapshot: CompiledSnapshot, exchange: Exchange): number | ErrorReply {
  // A preflight that no step answered was resolved before, as another method.
  exchange.publication = null;
  exchange.route = null;
  exchange.params = NO_PARAMS;
  const fault = canonicalTarget(exchange.target, exchange);
  if (fault !== undefined) return new ErrorReply('request.invalid-path', { detail: fault.detail });
  const domain = snapshot.domains.find(exchange.host);
  if (domain !== undefined) {
    const entry = domain.mappings.longest(exchange.path, 0);
    if (entry === undefined) return NOT_FOUND;
    exchange.mappingKey = entry.value.path;
    exchange.environment = entry.value.environment;
    const { publication } = entry.value;
    return publication === null ? NOT_FOUND : enter(exchange, publication, entry.length);
  }

  let environment: CompiledEnvironment | undefined = snapshot.defaultEnvironment;
  let start = 0;
  // Joined: a request that names two environments names none that exists.
  const stage = exchange.request.joined('x-ca-stage');
  if (stage !== undefined) {
    environment = snapshot.environments.byStage(stage);
    if (environment === undefined) return NOT_FOUND;
  } else {
    const slash = exchange.path.indexOf('/', 1);
    const end = slash === -1 ? exchange.path.length : slash;
    const named = snapshot.environments.bySegment(exchange.path, 1, end);
    if (named !== undefined) {
      environment = named;
      start = end;
    }
  }
  exchange.environment = environment.name;
  const entry = environment.byBasePath.longest(exchange.path, start);
  if (entry === undefined) return NOT_FOUND;
  start = enter(exchange, entry.value, start + entry.length);
  return entry.value.domainsOnly ? FORBIDDEN : start;
}

function enter(exchange: Exchange, publication: CompiledPublication, start: number): number {
  const { path } = exchange;
  exchange.publication = publication;
  exchange.routePath = start === 0 ? path : start === path.length ? '/' : path.slice(start);
  return start;
}

/** Amazon API Gateway answers a wrong method like a path that does not exist (recorded), so only `problem` tells them apart. */
function missingRoute(publication: CompiledPublication, path: string, start: number): ErrorReply {
  if (publication.errors.name !== 'problem') return NOT_FOUND;
  const methods = publication.routes.allowedMethods(path, start);
  return methods.length === 0 ? NOT_FOUND : new ErrorReply('route.method-not-allowed', { fields: ['Allow', methods.join(', ')] });
}

import type { ErrorProfileName } from '@gatehouse/contract';
import type { CompiledPublication, CompiledRoute } from '../compile/compiled.ts';
import { findErrorProfile } from '../errors/error-profiles.ts';
import { Exchange } from '../exchange/exchange.ts';
import { Fields } from '../exchange/fields.ts';
import { RouteTree } from '../routing/route-tree.ts';

/** A publication without routes; for tests. */
export function createTestPublication(
  names: { api?: string; environment?: string; errorProfile?: ErrorProfileName } = {},
): CompiledPublication {
  const { api = 'petstore', environment = 'production', errorProfile = 'problem' } = names;
  return {
    api,
    revision: `${api}-1`,
    environment,
    basePath: `/${api}`,
    variables: {},
    errors: findErrorProfile(errorProfile),
    domainsOnly: false,
    routes: new RouteTree<CompiledRoute>({ headFromGet: true }),
    fingerprint: 'f',
    routeCount: 0,
    policies: [],
    upstreams: new Map(),
  };
}

/** A route that does nothing; for tests. */
export function createTestRoute(publication: CompiledPublication, template = '/pets/{id}'): CompiledRoute {
  return {
    method: 'GET',
    template,
    operationId: undefined,
    parameterNames: ['id'],
    publication,
    requestSteps: [],
    responseSteps: [],
    preflightSteps: [],
    integration: { kind: 'mock', invoke: () => undefined },
    series: null,
  };
}

/** An exchange that was answered by its backend, as telemetry meets it; for tests. `route` null: none was found. */
export function createEndedExchange(
  request: { method?: string; target?: string; fields?: string[]; requestId?: string; client?: string; route?: CompiledRoute | null } = {},
): Exchange {
  const { method = 'GET', target = '/petstore/pets/1', fields = [], requestId = 'request-1', client = '203.0.113.9' } = request;
  const { route = createTestRoute(createTestPublication()) } = request;
  const head = {
    method,
    target,
    protocol: 'HTTP/1.1',
    fields: new Fields(fields),
    body: null,
    peerAddress: client,
    encrypted: false,
    upgrade: '',
  };
  const exchange = new Exchange(requestId, 1000, head, false, client, 'http', 'api.example.com');
  exchange.path = target.split('?', 1)[0] ?? '';
  exchange.query = target.split('?', 2)[1] ?? '';
  exchange.traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
  exchange.route = route;
  exchange.publication = route?.publication ?? null;
  exchange.environment = route?.publication.environment ?? '';
  exchange.status = 200;
  exchange.responseBytes = 34;
  if (route === null) return exchange;
  exchange.backendStatus = 200;
  exchange.backendTarget = 'http://10.0.0.1:8080';
  exchange.backendStartedMs = 1000.5;
  exchange.backendHeadMs = 1002;
  exchange.backendEndedMs = 1003.5;
  return exchange;
}

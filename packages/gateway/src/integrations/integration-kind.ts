import type { BackendSnapshot, IntegrationUse, RouteSnapshot, Timeouts } from '@gatehouse/contract';
import type { Exchange } from '../exchange/exchange.ts';
import type { Reply } from '../exchange/reply.ts';
import type { StagedUpstreams } from '../upstream/upstream-registry.ts';

/**
 * How a route reaches its backend, ready to run. It either returns a Reply (its own answer or a failure), or fills in
 * `status`, `reason`, `response` and `responseBody` of the exchange and returns undefined.
 */
export interface CompiledIntegration {
  readonly kind: string;
  invoke(exchange: Exchange): Reply | undefined | Promise<Reply | undefined>;
}

export interface IntegrationContext {
  api: string;
  environment: string;
  basePath: string;
  route: RouteSnapshot;
  parameterNames: readonly string[];
  variables: Readonly<Record<string, string>>;
  backends: ReadonlyMap<string, BackendSnapshot>;
  /** Timeouts of the API over those of the gateway; a backend's own come between the two and the integration's last. */
  apiTimeouts: Timeouts;
  gatewayTimeouts: Timeouts;
  upstreams: StagedUpstreams;
}

export interface IntegrationKind<Use extends IntegrationUse = IntegrationUse> {
  kind: Use['kind'];
  /** Throws `IntegrationConfigError` when it cannot work here. */
  compile(use: Use, context: IntegrationContext): CompiledIntegration;
}

/** The message goes to the user. */
export class IntegrationConfigError extends Error {
  override name = 'IntegrationConfigError';
}

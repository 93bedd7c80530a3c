import type { DomainSnapshot } from '@gatehouse/contract';
import type { ErrorProfile } from '../errors/error-profile.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { CompiledIntegration } from '../integrations/integration-kind.ts';
import type { PolicySteps, Verdict } from '../pipeline/policy-kind.ts';
import type { RouteTree } from '../routing/route-tree.ts';
import type { RouteSeries } from '../telemetry/route-series.ts';

/** One step of the way in, ready to run. */
export interface RequestStep {
  policy: string;
  run(exchange: Exchange): Verdict | Promise<Verdict>;
  /** -1: the step does not look at the body. */
  bodyBytesMax: number;
}

export interface ResponseStep {
  policy: string;
  run(exchange: Exchange): void | Promise<void>;
}

export interface PreflightStep {
  policy: string;
  run(exchange: Exchange): Verdict;
}

/** A route of one publication: everything resolved that can be resolved before a request. */
export interface CompiledRoute {
  readonly method: string;
  /** Template as it was written; the metric label. */
  readonly template: string;
  readonly operationId: string | undefined;
  readonly parameterNames: readonly string[];
  readonly publication: CompiledPublication;
  readonly requestSteps: readonly RequestStep[];
  /** In the order in which they run: the reverse of the request's. */
  readonly responseSteps: readonly ResponseStep[];
  readonly preflightSteps: readonly PreflightStep[];
  readonly integration: CompiledIntegration;
  /** Counters of this route; made when the first request comes. */
  series: RouteSeries | null;
}

/** An API where it is live. */
export interface CompiledPublication {
  readonly api: string;
  readonly revision: string;
  readonly environment: string;
  /** Without a slash at its end; empty for the root. */
  readonly basePath: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly errors: ErrorProfile;
  readonly domainsOnly: boolean;
  readonly routes: RouteTree<CompiledRoute>;
  /** For requests that found no route: what is always sent back (CORS on an error, say) needs a route, so nothing runs here. */
  readonly close: readonly (() => void | Promise<void>)[];
}

export interface CompiledEnvironment {
  readonly name: string;
  /** Longest base path first. */
  readonly publications: readonly CompiledPublication[];
}

export interface CompiledDomain {
  readonly host: DomainSnapshot['host'];
  /** Longest path first; `segments` is empty for the catch-all. */
  readonly mappings: readonly { path: string; publication: CompiledPublication | null; environment: string }[];
}

export interface CompiledSnapshot {
  readonly number: number;
  readonly hash: string;
  /** Key: name in lower case, and the Alibaba stage names TEST, PRE, RELEASE. */
  readonly environments: ReadonlyMap<string, CompiledEnvironment>;
  readonly defaultEnvironment: CompiledEnvironment;
  readonly domains: ReadonlyMap<string, CompiledDomain>;
  readonly wildcardDomains: ReadonlyMap<string, CompiledDomain>;
  readonly errors: ErrorProfile;
  readonly routeCount: number;
}

export type { PolicySteps };

import type { ErrorProfile } from '../errors/error-profile.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { CompiledIntegration } from '../integrations/integration-kind.ts';
import type { PolicySteps, Verdict } from '../pipeline/policy-kind.ts';
import type { DomainIndex } from '../routing/domain-index.ts';
import type { EnvironmentIndex } from '../routing/environment-index.ts';
import type { PathIndex } from '../routing/path-index.ts';
import type { RouteTree } from '../routing/route-tree.ts';
import type { RouteSeries } from '../telemetry/route-series.ts';
import type { UpstreamGroup } from '../upstream/upstream-registry.ts';
import type { AttachedPolicy } from './compile-policies.ts';

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
  /** What it was compiled from: the same fingerprint is the same publication, and is taken over from snapshot to snapshot. */
  readonly fingerprint: string;
  readonly routeCount: number;
  /** Steps of its own policies that want to know when it retires. */
  readonly policies: readonly PolicySteps[];
  readonly upstreams: UpstreamGroup;
}

export interface CompiledEnvironment {
  readonly name: string;
  readonly publications: readonly CompiledPublication[];
  /** See `createPublicationIndex`. */
  readonly byBasePath: PathIndex<CompiledPublication>;
}

export interface CompiledMapping {
  /** Without slashes at its ends; empty for the catch-all. */
  readonly path: string;
  readonly environment: string;
  /** Null: the API is not published there. */
  readonly publication: CompiledPublication | null;
}

export interface CompiledDomain {
  /** Lower case, without port; `*.example.com` stands for one label more. */
  readonly host: string;
  /** See `createMappingIndex`. */
  readonly mappings: PathIndex<CompiledMapping>;
}

export interface CompiledSnapshot {
  readonly number: number;
  readonly hash: string;
  readonly environments: EnvironmentIndex<CompiledEnvironment>;
  readonly defaultEnvironment: CompiledEnvironment;
  readonly domains: DomainIndex<CompiledDomain>;
  readonly errors: ErrorProfile;
  readonly routeCount: number;
  readonly publications: readonly CompiledPublication[];
  readonly global: GlobalPolicies;
}

/** The policies of every API. `key` is what they were compiled from: the same key is taken over from snapshot to snapshot. */
export interface GlobalPolicies {
  readonly key: string;
  readonly attached: readonly AttachedPolicy[];
}

export type { PolicySteps };

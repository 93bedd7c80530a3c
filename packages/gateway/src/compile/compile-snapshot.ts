import type { ApiRevisionSnapshot, BackendSnapshot, Problem, PublicationSnapshot, RouteSnapshot, Snapshot } from '@gatehouse/contract';
import { hasErrors } from '@gatehouse/contract';
import { compileAuthentication } from '../authentication/compile-authentication.ts';
import { findErrorProfile } from '../errors/error-profiles.ts';
import { IntegrationConfigError } from '../integrations/integration-kind.ts';
import { compileIntegration } from '../integrations/integration-registry.ts';
import { UriTemplateError } from '../mapping/uri-template.ts';
import { ValueExpressionError } from '../mapping/value-source.ts';
import { PolicyConfigError, type Services } from '../pipeline/policy-kind.ts';
import { parseTemplate } from '../routing/path-template.ts';
import { RouteTree } from '../routing/route-tree.ts';
import { RoutingError } from '../routing/routing-error.ts';
import type { StagedUpstreams } from '../upstream/upstream-registry.ts';
import { type AttachedPolicy, compileAttachment, composeChain, placed, type StepChain } from './compile-policies.ts';
import type { CompiledPublication, CompiledRoute, CompiledSnapshot, GlobalPolicies, RequestStep } from './compiled.ts';
import { indexSnapshot } from './index-snapshot.ts';

export interface CompileInput {
  snapshot: Snapshot;
  services: Services;
  upstreams: StagedUpstreams;
  /** The snapshot that is live: publications with the same fingerprint are taken over as they are. */
  previous: CompiledSnapshot | null;
}

export interface CompileResult {
  /** Undefined when there are errors. */
  compiled: CompiledSnapshot | undefined;
  problems: Problem[];
}

/** Routes between two points at which the compiler lets others run. */
const ROUTES_PER_STEP = 16;

/**
 * Turns a snapshot into what requests run on: parses, resolves, builds matchers, lookups and step arrays, once. A generator, so that a
 * thread that carries traffic can compile in small slices between its requests. Every problem is reported, not the first only.
 */
export function* compileSnapshot(input: CompileInput): Generator<undefined, CompileResult> {
  const { snapshot, services, previous } = input;
  const problems: Problem[] = [];
  if (snapshot.format !== 1) {
    problems.push({
      severity: 'error',
      code: 'snapshot.unknown-format',
      message: `The snapshot has the format ${String(snapshot.format)}; this gateway knows 1`,
    });
    return { compiled: undefined, problems };
  }
  const globalKey = JSON.stringify(snapshot.policies);
  const global: GlobalPolicies =
    previous?.global.key === globalKey
      ? previous.global
      : { key: globalKey, attached: compileAttachment(snapshot.policies, 'global', services, problems) };
  const backends = new Map(snapshot.backends.map((backend) => [backend.id, backend]));
  const revisions = new Map(snapshot.revisions.map((revision) => [revision.id, revision]));
  const known = new Map((previous?.publications ?? []).map((publication) => [publication.fingerprint, publication]));
  const publications: CompiledPublication[] = [];
  for (const publication of snapshot.publications) {
    const same = known.get(publication.fingerprint);
    if (same !== undefined) {
      input.upstreams.keep(same.upstreams);
      publications.push(same);
      continue;
    }
    const revision = revisions.get(publication.revision);
    if (revision === undefined) {
      problems.push({
        severity: 'error',
        code: 'snapshot.revision-missing',
        message: `The snapshot does not hold the revision ${publication.revision}`,
      });
      continue;
    }
    publications.push(yield* compilePublication(input, publication, revision, backends, global.attached, problems));
  }
  if (hasErrors(problems)) return { compiled: undefined, problems };
  try {
    return { compiled: indexSnapshot(snapshot, publications, global), problems };
  } catch (error) {
    if (!(error instanceof RoutingError)) throw error;
    problems.push({ severity: 'error', code: error.code, message: error.message });
    return { compiled: undefined, problems };
  }
}

/** Runs the compiler to its end at once: for a thread that carries no traffic. */
export function compileNow(input: CompileInput): CompileResult {
  const steps = compileSnapshot(input);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

function* compilePublication(
  { snapshot, services, upstreams }: CompileInput,
  { environment, variables, fingerprint }: PublicationSnapshot,
  revision: ApiRevisionSnapshot,
  backends: ReadonlyMap<string, BackendSnapshot>,
  global: readonly AttachedPolicy[],
  problems: Problem[],
): Generator<undefined, CompiledPublication> {
  const id = `${revision.api}/${environment}`;
  const own = compileAttachment(revision.policies, id, services, problems);
  const authentications = new Authentications(revision, environment, services);
  /** Chains of routes without policies of their own, by how their callers are authenticated. */
  const shared = new Map<RequestStep | null, StepChain>();
  const policies = own.map((policy) => policy.steps);
  const routes = new RouteTree<CompiledRoute>({ headFromGet: revision.errorProfile === 'problem' });
  const publication: CompiledPublication & { upstreams: CompiledPublication['upstreams'] } = {
    api: revision.api,
    revision: revision.id,
    environment,
    basePath: revision.basePath === '/' ? '' : revision.basePath,
    variables,
    errors: findErrorProfile(revision.errorProfile),
    domainsOnly: revision.domainsOnly === true,
    routes,
    fingerprint,
    routeCount: revision.routes.length,
    policies,
    upstreams: new Map(),
  };
  upstreams.takeGroup();
  let count = 0;
  for (const route of revision.routes) {
    if (count++ % ROUTES_PER_STEP === 0) yield;
    try {
      const template = parseTemplate(route.path);
      const { parameterNames } = template;
      const integration = compileIntegration(route.integration, {
        api: revision.api,
        environment,
        basePath: publication.basePath,
        route,
        parameterNames,
        variables,
        backends,
        apiTimeouts: revision.timeouts,
        gatewayTimeouts: snapshot.timeouts,
        upstreams,
      });
      const authentication = authentications.of(route);
      let chain = shared.get(authentication);
      if (route.policies.length > 0) {
        const routeId = `${id}/${route.method} ${route.path}`;
        const attached = compileAttachment(route.policies, routeId, services, problems);
        for (const policy of attached) policies.push(policy.steps);
        chain = composeChain([global, own, attached], authentication, routeId, problems);
      } else if (chain === undefined) {
        chain = composeChain([global, own], authentication, id, problems);
        shared.set(authentication, chain);
      }
      routes.add(route.method, template, {
        method: route.method,
        template: route.path,
        operationId: route.operationId,
        parameterNames,
        publication,
        requestSteps: chain.requestSteps,
        responseSteps: chain.responseSteps,
        preflightSteps: chain.preflightSteps,
        integration,
        series: null,
      });
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined) throw error;
      const message = error instanceof Error ? error.message : String(error);
      problems.push({
        severity: 'error',
        code,
        message: `${revision.api}, ${environment}, ${route.method} ${route.path}: ${message}`,
        ...placed(route.at),
      });
    }
  }
  publication.upstreams = upstreams.takeGroup();
  return publication;
}

/** The authentication steps of one publication: routes that say the same share one. */
class Authentications {
  readonly #revision: ApiRevisionSnapshot;
  readonly #environment: string;
  readonly #services: Services;
  readonly #steps = new Map<string, RequestStep>();

  constructor(revision: ApiRevisionSnapshot, environment: string, services: Services) {
    this.#revision = revision;
    this.#environment = environment;
    this.#services = services;
  }

  /** Null: anybody may call. Throws `PolicyConfigError` for an authentication that is not known. */
  of(route: RouteSnapshot): RequestStep | null {
    const settings = route.authentication === undefined ? this.#revision.authentication : route.authentication;
    if (settings === undefined || settings === null) return null;
    const answersPreflights = route.method === 'OPTIONS' && route.integration.kind === 'mock';
    const key = JSON.stringify([settings, answersPreflights]);
    let step = this.#steps.get(key);
    if (step === undefined) {
      const place = { api: this.#revision.api, environment: this.#environment, answersPreflights };
      step = compileAuthentication(settings, place, this.#services);
      this.#steps.set(key, step);
    }
    return step;
  }
}

/** The problem code of an error that is the configuration's fault; undefined for our own. */
function codeOf(error: unknown): string | undefined {
  if (error instanceof RoutingError) return error.code;
  if (error instanceof PolicyConfigError) return 'authentication.invalid';
  if (error instanceof IntegrationConfigError) return 'integration.invalid';
  if (error instanceof ValueExpressionError) return 'integration.invalid-mapping';
  if (error instanceof UriTemplateError) return 'integration.invalid-path';
  return undefined;
}

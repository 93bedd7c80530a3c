import type { BackendDefinition, HttpIntegrationUse, Timeouts } from '@gatehouse/contract';
import { type BackendCalls, withCache } from '../../cache/cached-calls.ts';
import type { Exchange } from '../../exchange/exchange.ts';
import { isFieldValue } from '../../exchange/fields.ts';
import { ErrorReply, type Reply } from '../../exchange/reply.ts';
import { withoutParameters } from '../../mapping/query.ts';
import { compilePath, fillStageVariables, type PathBuilder } from '../../mapping/uri-template.ts';
import { compileFieldValue, compileValue, type ValueScope, type ValueSource } from '../../mapping/value-source.ts';
import type { EffectiveTimeouts, Upstream } from '../../upstream/upstream.ts';
import { type CompiledIntegration, IntegrationConfigError, type IntegrationContext, type IntegrationKind } from '../integration-kind.ts';
import { compileMockedBackend } from '../mock/mocked-backend.ts';
import { cleanResponseFields, describedFields, forwardFields, removeNamed } from './forward-fields.ts';

/** Calls an HTTP backend: a proxy that passes on what came, or AWS's `http`, which passes on what is mapped. */
export const httpIntegration: IntegrationKind<HttpIntegrationUse> = {
  kind: 'http',
  compile(use, context) {
    return use.uri === undefined ? compileBackend(use, context) : compileUri(use, use.uri, context);
  },
};

const DEFAULT_TIMEOUTS: EffectiveTimeouts = { connectMs: 5_000, responseMs: 30_000, idleMs: 60_000, totalMs: 0 };

/** What a backend gets that stands as a URL in an integration. */
const URL_BACKEND: Omit<BackendDefinition, 'targets' | 'tls'> = {
  loadBalancing: 'round-robin',
  timeouts: {},
  retry: { attempts: 1, budget: 0.2 },
  ejection: { failures: 0, durationMs: 0, shareMax: 0 },
  connectionsMax: 256,
  hostHeader: 'target',
};

function compileBackend(use: HttpIntegrationUse, context: IntegrationContext): CompiledIntegration {
  const backend = context.backends.get(use.backend ?? '');
  if (backend === undefined) throw new IntegrationConfigError(`There is no backend "${use.backend}"`);
  const { name } = backend;
  const definition = backend.environments[context.environment];
  if (definition === undefined)
    throw new IntegrationConfigError(`The backend "${name}" is not defined in the environment ${context.environment}`);
  if (definition.mock !== undefined) return compileMockedBackend(use, definition.mock, name, context);
  const upstream = context.upstreams.get(backend, context.environment, definition);
  const timeouts = effectiveTimeouts(use.timeouts, context.apiTimeouts, definition.timeouts, context.gatewayTimeouts);
  const path = use.path === undefined ? null : fillStageVariables(use.path, context.variables);
  return new HttpCall(use, context, upstream, timeouts, path, definition.hostHeader === 'client');
}

function compileUri(use: HttpIntegrationUse, template: string, context: IntegrationContext): CompiledIntegration {
  const uri = fillStageVariables(template, context.variables);
  const match = /^(https?):\/\/([^/?#]*)([^#]*)$/i.exec(uri);
  if (match === null) throw new IntegrationConfigError(`"${uri}" is not an absolute http or https URI`);
  const [, scheme, authority, rest] = match as unknown as [string, string, string, string];
  // A stage variable that is missing leaves the host empty: Amazon API Gateway then answers each request with 500.
  if (authority === '' || authority.startsWith(':')) return MISCONFIGURED;
  const origin = URL.parse(`${scheme}://${authority}`);
  if (origin === null || origin.username !== '' || origin.password !== '') throw new IntegrationConfigError(`"${uri}" has no valid host`);
  const definition: BackendDefinition = {
    ...URL_BACKEND,
    targets: [{ url: origin.origin, weight: 1 }],
    ...(use.tls === undefined ? {} : { tls: use.tls }),
  };
  const upstream = context.upstreams.get({ id: origin.origin, name: origin.origin }, context.environment, definition);
  const timeouts = effectiveTimeouts(use.timeouts, context.apiTimeouts, {}, context.gatewayTimeouts);
  return new HttpCall(use, context, upstream, timeouts, rest === '' ? '/' : rest.startsWith('?') ? `/${rest}` : rest, false);
}

const MISCONFIGURED: CompiledIntegration = {
  kind: 'http',
  invoke: () => new ErrorReply('gateway.misconfigured', { cause: 'a stage variable leaves the host of the integration URI empty' }),
};

function effectiveTimeouts(...levels: (Timeouts | undefined)[]): EffectiveTimeouts {
  const first = (key: keyof Timeouts) => levels.find((level) => level?.[key] !== undefined)?.[key] ?? DEFAULT_TIMEOUTS[key];
  return { connectMs: first('connectMs'), responseMs: first('responseMs'), idleMs: first('idleMs'), totalMs: first('totalMs') };
}

interface MappedValue {
  name: string;
  lowerName: string;
  source: ValueSource;
}

class HttpCall implements CompiledIntegration {
  readonly kind = 'http';
  readonly #calls: BackendCalls;
  readonly #timeouts: EffectiveTimeouts;
  readonly #method: string | undefined;
  readonly #passThrough: boolean;
  readonly #keepHost: boolean;
  /** Null: the path that the client asked for. */
  readonly #path: PathBuilder | null;
  /** The template brings its own query. */
  readonly #templateQuery: boolean;
  readonly #query: readonly MappedValue[];
  readonly #queryNames: ReadonlySet<string>;
  readonly #headers: readonly MappedValue[];

  constructor(
    use: HttpIntegrationUse,
    context: IntegrationContext,
    upstream: Upstream,
    timeouts: EffectiveTimeouts,
    path: string | null,
    keepHost: boolean,
  ) {
    this.#calls = withCache(upstream, use);
    this.#timeouts = timeouts;
    this.#method = use.method;
    this.#passThrough = use.passThrough;
    this.#keepHost = keepHost;
    const scope: ValueScope & { parameterNames: readonly string[] } = {
      parameterNames: context.parameterNames,
      variables: context.variables,
    };
    const mapped = new Map(use.parameters.filter((mapping) => mapping.in === 'path').map((mapping) => [mapping.name, mapping.from]));
    this.#path = path === null ? null : compilePath(path, mapped, scope);
    this.#templateQuery = path?.includes('?') ?? false;
    const compileAll = (place: 'query' | 'header') =>
      use.parameters
        .filter((mapping) => mapping.in === place)
        .map(
          (mapping): MappedValue => ({
            name: mapping.name,
            lowerName: mapping.name.toLowerCase(),
            source: place === 'header' ? compileFieldValue(mapping.from, scope) : compileValue(mapping.from, scope),
          }),
        );
    this.#query = compileAll('query');
    this.#queryNames = new Set(this.#query.map((value) => value.name));
    this.#headers = compileAll('header');
  }

  invoke(exchange: Exchange): Promise<Reply | undefined> {
    const sent = this.#calls.send(
      exchange,
      {
        method: this.#method ?? exchange.method,
        target: this.#target(exchange),
        fields: this.#fields(exchange),
        upgrade: exchange.upgrade,
      },
      this.#timeouts,
    );
    return sent.then((error) => {
      if (error !== undefined) return error;
      const { responseBody } = exchange;
      if (responseBody !== null && typeof responseBody === 'object' && 'broken' in responseBody && responseBody.broken) {
        responseBody.cancel(new Error('The body is not valid'));
        return new ErrorReply('backend.failed', { cause: `${exchange.backendTarget}: the body of the response is not valid` });
      }
      cleanResponseFields(exchange.response.list, true);
      return undefined;
    });
  }

  #target(exchange: Exchange): string {
    const path = this.#path === null ? exchange.routePath : this.#path(exchange);
    let query = this.#passThrough ? exchange.query : '';
    if (this.#query.length > 0) {
      query = withoutParameters(query, this.#queryNames);
      for (const { name, source } of this.#query) {
        const value = source(exchange);
        if (value === undefined) continue;
        const pair = `${encodeURIComponent(name)}=${encodeURIComponent(value.toWellFormed())}`;
        query = query === '' ? pair : `${query}&${pair}`;
      }
    }
    if (query === '') return path;
    return `${path}${this.#templateQuery ? '&' : '?'}${query}`;
  }

  #fields(exchange: Exchange): string[] {
    const host = this.#keepHost ? (exchange.request.get('host') ?? exchange.host) : '';
    const fields = this.#passThrough ? forwardFields(exchange, exchange.trustedPeer, host) : describedFields(exchange, host);
    for (const { name, lowerName, source } of this.#headers) {
      const value = source(exchange);
      // Whatever the client sent under that name goes, also when there is no value: what the gateway says cannot be spoofed.
      removeNamed(fields, lowerName);
      if (value !== undefined && isFieldValue(value)) fields.push(name, value);
    }
    return fields;
  }
}

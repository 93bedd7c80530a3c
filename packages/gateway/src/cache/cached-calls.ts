import { createHash } from 'node:crypto';
import type { CacheDefinition, HttpIntegrationUse } from '@gatehouse/contract';
import type { Exchange } from '../exchange/exchange.ts';
import { Fields } from '../exchange/fields.ts';
import type { ErrorReply } from '../exchange/reply.ts';
import { cleanResponseFields } from '../integrations/http/forward-fields.ts';
import type { EffectiveTimeouts, OutgoingRequest, Upstream } from '../upstream/upstream.ts';
import { answerNotModified, answerStored, note, timeToLive } from './answer-stored.ts';
import { RecordingBody } from './recording-body.ts';
import type { ResponseStore } from './response-store.ts';
import {
  freshened,
  isFor,
  isNotModified,
  isSameTag,
  isUsable,
  isUsableOnError,
  type RequestFacts,
  type StoredResponse,
  type StoringRules,
  toStored,
} from './stored-response.ts';

/** Sends requests to a backend. */
export type BackendCalls = Pick<Upstream, 'send'>;

/** The calls of one integration, with the cache of its backend around them when it has one. */
export function withCache(upstream: Upstream, { parameters }: HttpIntegrationUse): BackendCalls {
  const { responses: store, options } = upstream;
  const { cache } = options.definition;
  if (store === null || cache === undefined) return upstream;
  const headers = parameters.filter((mapping) => mapping.in === 'header').map(({ name, from }) => ({ name: name.toLowerCase(), from }));
  const isFixed = (from: string) => from.startsWith("'") || from.startsWith('stageVariables.');
  return new CachedCalls({
    upstream,
    store,
    definition: cache,
    // What is set in the place of what clients send: whoever changes a secret does not want what came for the one before.
    partition: createHash('sha256').update(JSON.stringify(parameters)).digest('base64url'),
    vary: [...cache.vary, ...headers.filter(({ from }) => !isFixed(from)).map(({ name }) => name)],
    ownAuthorization: headers.some(({ name, from }) => name === 'authorization' && isFixed(from)),
  });
}

interface CachedCallsOptions {
  upstream: BackendCalls;
  /** Shared by every route that calls the backend: what one changes is forgotten for all. */
  store: ResponseStore;
  definition: CacheDefinition;
  /** What else makes the requests of this route: responses are not shared with routes that ask otherwise. */
  partition: string;
  /** Names of request fields by which responses differ even if they do not say so. */
  vary: readonly string[];
  /** The Authorization of requests is the gateway's own, the same for every caller. */
  ownAuthorization: boolean;
}

/** Methods that change nothing (RFC 9110 section 9.2.1). */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** A client that asks so wants a part, or has a condition that only the backend can judge. */
const FOR_THE_BACKEND = ['range', 'if-range', 'if-match', 'if-unmodified-since'];
const CONDITIONS = ['if-none-match', 'if-modified-since'];

/** Fields of a request that say who asks. */
const IDENTITIES = ['authorization', 'cookie', 'proxy-authorization', 'client-cert', 'x-gatehouse-app'];

/**
 * A shared cache (RFC 9111) around the calls to a backend: what is fresh is answered without asking, what is not is asked for with a
 * condition. A response is given to nobody but callers who send the same credentials.
 */
class CachedCalls implements BackendCalls {
  readonly #options: CachedCallsOptions;
  readonly #vary: readonly string[];
  readonly #identities: readonly string[];

  constructor(options: CachedCallsOptions) {
    this.#options = options;
    this.#vary = options.vary.map((name) => name.toLowerCase());
    this.#identities = options.ownAuthorization ? IDENTITIES.filter((name) => name !== 'authorization') : IDENTITIES;
  }

  async send(exchange: Exchange, request: OutgoingRequest, timeouts: EffectiveTimeouts): Promise<ErrorReply | undefined> {
    const { upstream, store } = this.#options;
    const { method, target } = request;
    const uri = `${this.#options.partition} ${request.fields[1] ?? ''} ${target}`;
    if (!SAFE.has(method)) {
      const error = await upstream.send(exchange, request, timeouts);
      // Also when nobody knows what became of it; not when it was refused.
      if (error !== undefined || exchange.status < 400 || exchange.status >= 500) store.invalidate(uri);
      return error;
    }
    const fields = new Fields(request.fields);
    const bypasses =
      (method !== 'GET' && method !== 'HEAD') ||
      request.upgrade !== '' ||
      exchange.requestBody !== null ||
      exchange.trace !== null ||
      FOR_THE_BACKEND.some((name) => fields.has(name));
    if (bypasses) return this.#pass(exchange, request, timeouts, 'bypass');
    const asked = { uri, facts: this.#facts(request), conditions: CONDITIONS.some((name) => fields.has(name)) };
    const stored = store.find(uri, (candidate) => isFor(candidate, asked.facts));
    if (stored !== undefined && isUsable(stored, asked.facts)) {
      if (isNotModified(stored, fields)) answerNotModified(exchange, stored);
      else answerStored(exchange, stored, `hit; ttl=${timeToLive(stored)}`);
      return undefined;
    }
    // Of a HEAD there is nothing to keep, and a client's own condition is the backend's to judge.
    if (method === 'HEAD' || asked.conditions) return this.#pass(exchange, request, timeouts, stored === undefined ? 'miss' : 'stale');
    return this.#fetch(exchange, request, timeouts, { ...asked, stored });
  }

  async #pass(exchange: Exchange, request: OutgoingRequest, timeouts: EffectiveTimeouts, why: string): Promise<ErrorReply | undefined> {
    const error = await this.#options.upstream.send(exchange, request, timeouts);
    if (error === undefined) note(exchange, `fwd=${why}`);
    return error;
  }

  /** Asks the backend, with a condition when there is a response that it may say is still right. */
  async #fetch(exchange: Exchange, request: OutgoingRequest, timeouts: EffectiveTimeouts, asked: Asked): Promise<ErrorReply | undefined> {
    const { upstream, store } = this.#options;
    const { uri, stored } = asked;
    const { invalidations } = store;
    const conditional = [...request.fields];
    if (stored?.etag !== undefined) conditional.push('If-None-Match', stored.etag);
    if (stored?.lastModified !== undefined) conditional.push('If-Modified-Since', stored.lastModified);
    const error = await upstream.send(exchange, { ...request, fields: conditional }, timeouts);
    if (stored !== undefined && (error !== undefined || exchange.status >= 500) && isUsableOnError(stored)) {
      if (error === undefined) cancelBody(exchange);
      answerStored(exchange, stored, `hit; ttl=${timeToLive(stored)}; detail=backend-failed`);
      return undefined;
    }
    if (error !== undefined) return error;
    if (stored !== undefined && exchange.status === 304 && conditional.length > request.fields.length) {
      const tag = exchange.response.get('etag');
      const isOther = tag !== undefined && (stored.etag === undefined || !isSameTag(tag, stored.etag));
      store.drop(uri, stored);
      // A 304 that speaks of a response which is not here: the whole of it is asked for.
      if (isOther) return this.#fetch(exchange, request, timeouts, { ...asked, stored: undefined });
      this.#freshen(exchange, asked, stored, invalidations);
      return undefined;
    }
    const isKept = this.#keep(exchange, asked, invalidations);
    // What was kept before is not what the backend says now; that it fails for the moment says nothing of it.
    if (stored !== undefined && !isKept && exchange.status < 500) store.drop(uri, stored);
    note(exchange, `fwd=${stored === undefined ? 'miss' : 'stale'}${isKept ? '; stored' : ''}`);
    return undefined;
  }

  /** The backend said that what is stored is still right. */
  #freshen(exchange: Exchange, { uri, facts }: Asked, stored: StoredResponse, invalidations: number): void {
    const said = cleaned(exchange);
    const head = freshened(stored, said);
    const kept = toStored(head, this.#received(exchange, facts), this.#rules);
    if (kept !== undefined) this.#options.store.put(uri, { ...kept, body: stored.body }, invalidations);
    answerStored(
      exchange,
      kept === undefined ? { ...stored, list: head.list } : { ...kept, body: stored.body },
      'fwd=stale; fwd-status=304',
    );
    // For this caller alone.
    for (const cookie of said.all('set-cookie')) exchange.response.add('Set-Cookie', cookie);
  }

  /** Whether the response that has come is kept, once it is whole. */
  #keep(exchange: Exchange, { uri, facts }: Asked, invalidations: number): boolean {
    const { store, definition } = this.#options;
    if (exchange.tunnel !== null) return false;
    const draft = toStored({ status: exchange.status, list: cleaned(exchange).list }, this.#received(exchange, facts), this.#rules);
    if (draft === undefined) return false;
    const { responseBody } = exchange;
    if (responseBody === null) {
      store.put(uri, { ...draft, body: null }, invalidations);
      return true;
    }
    if (typeof responseBody === 'string' || !('start' in responseBody) || responseBody.length > definition.entryBytesMax) return false;
    exchange.responseBody = new RecordingBody(responseBody, {
      bytesMax: definition.entryBytesMax,
      reserve: (bytes) => store.reserve(bytes),
      release: (bytes) => store.release(bytes),
      whole: (body) => store.put(uri, { ...draft, body }, invalidations),
    });
    return true;
  }

  #facts({ target, fields }: OutgoingRequest): AskedFacts {
    const { ownAuthorization } = this.#options;
    const sent = new Fields([...fields]);
    const identities = this.#identities.map((name) => sent.joined(name));
    const isAnybody = identities.every((value) => value === undefined);
    return {
      target,
      fields: sent,
      // Not as they are: they are secrets.
      credentials: isAnybody ? '' : createHash('sha256').update(JSON.stringify(identities)).digest('base64url'),
      hasOwnAuthorization: !ownAuthorization && sent.has('authorization'),
      vary: this.#vary,
    };
  }

  #received(exchange: Exchange, facts: AskedFacts): RequestFacts {
    return { ...facts, delayMs: Math.max(0, exchange.backendHeadMs - exchange.backendStartedMs) };
  }

  get #rules(): StoringRules {
    const { maxAgeMs, staleIfErrorMs } = this.#options.definition;
    return { defaultMaxAgeMs: maxAgeMs, staleIfErrorMs };
  }
}

type AskedFacts = Omit<RequestFacts, 'delayMs'>;

interface Asked {
  uri: string;
  facts: AskedFacts;
  /** What is stored and cannot be used as it is. */
  stored: StoredResponse | undefined;
}

/** The fields of the response without those of the backend's connection. */
function cleaned(exchange: Exchange): Fields {
  const list = [...exchange.response.list];
  cleanResponseFields(list, true);
  return new Fields(list);
}

function cancelBody({ responseBody }: Exchange): void {
  if (responseBody !== null && typeof responseBody === 'object' && 'cancel' in responseBody)
    responseBody.cancel(new Error('What is stored is answered instead'));
}

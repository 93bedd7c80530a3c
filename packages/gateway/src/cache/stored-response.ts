import CachePolicy from 'http-cache-semantics';
import { Fields } from '../exchange/fields.ts';
import { toDirectives, toNames, toSeconds, toText } from './cache-control.ts';

/** What may be kept of a backend's responses, and for how long. */
export interface StoringRules {
  /** How long a response counts as fresh that says nothing about it itself; ms. */
  defaultMaxAgeMs: number;
  /** For so long after it was fresh a response is used when the backend fails, unless it forbids that; ms. */
  staleIfErrorMs: number;
}

/** Of whom a response is, and for whom. */
export interface RequestFacts {
  /** Path and query as they go to the backend. */
  target: string;
  /** As they go to the backend. */
  fields: Fields;
  /** A digest of what says who asks; empty: nothing does. Responses are never given to others. */
  credentials: string;
  /** The caller's own Authorization goes to the backend (RFC 9111 section 3.5). */
  hasOwnAuthorization: boolean;
  /** Lower-case names by which responses differ even if they do not say so. */
  vary: readonly string[];
  /** How long the backend took to answer, which its response does not count as age (RFC 9111 section 4.2.3); ms. */
  delayMs: number;
}

/** A response of the backend: its head without the fields that concern its connection. */
export interface ResponseHead {
  status: number;
  /** Flat list name, value … */
  list: readonly string[];
}

/** Of the response on its way, not of the one that is kept. */
const NOT_KEPT = new Set(['age', 'cache-status', 'set-cookie', 'set-cookie2']);

/** A response that may be given to others who ask the same (RFC 9111). */
export interface StoredResponse {
  status: number;
  list: readonly string[];
  /** Null: a response of this status has none. */
  body: Uint8Array | null;
  /** Which of several responses of one URI it is. */
  variant: string;
  credentials: string;
  /** Lower-case name and value of the request's fields that it is for. */
  selecting: readonly (readonly [string, string | undefined])[];
  etag: string | undefined;
  lastModified: string | undefined;
  /** Once it is not fresh any more, only the backend can say that it may be used. */
  mustRevalidate: boolean;
  staleIfErrorMs: number;
  policy: CachePolicy;
}

/** The response as it may be kept, without its body; undefined when it must not be. */
export function toStored(head: ResponseHead, request: RequestFacts, rules: StoringRules): Omit<StoredResponse, 'body'> | undefined {
  const { status } = head;
  const fields = new Fields([...head.list]);
  // A cookie is for one caller, whatever else the response says of itself; a part of a body is not the whole.
  if (fields.has('set-cookie') || fields.has('set-cookie2') || fields.has('content-range')) return undefined;
  const varied = toNames(fields.joined('vary'));
  if (varied.includes('*')) return undefined;
  const directives = toDirectives(fields.joined('cache-control'));
  const asked = toPolicyRequest(request.target, request.fields, request.hasOwnAuthorization);
  const answered = toPolicyResponse(status, fields, directives, request.delayMs, rules.defaultMaxAgeMs);
  const options = { shared: true, immutableMinTimeToLive: 0 };
  if (!new CachePolicy(asked, answered, options).storable()) return undefined;
  const mustRevalidate = ['must-revalidate', 'proxy-revalidate', 's-maxage', 'no-cache'].some((name) => directives.has(name));
  // To the library these two mean that a response is never fresh; they forbid to use it when it is not (RFC 9111 section 5.2.2.2).
  directives.delete('must-revalidate');
  directives.delete('proxy-revalidate');
  const kept = toPolicyResponse(status, fields, directives, request.delayMs, rules.defaultMaxAgeMs);
  const selecting = [...new Set([...request.vary, ...varied])].sort().map((name) => [name, request.fields.joined(name)] as const);
  const list: string[] = [];
  fields.forEach((name, value) => {
    if (!NOT_KEPT.has(name.toLowerCase())) list.push(name, value);
  });
  const [etag, ...otherTags] = fields.all('etag');
  return {
    status,
    list,
    variant: JSON.stringify([request.credentials, selecting]),
    credentials: request.credentials,
    selecting,
    etag: otherTags.length === 0 ? etag : undefined,
    lastModified: fields.get('last-modified'),
    mustRevalidate,
    staleIfErrorMs: Math.max(rules.staleIfErrorMs, toSeconds(directives.get('stale-if-error')) * 1000),
    policy: new CachePolicy(asked, kept, options),
  };
}

/** Whether a response is for such a request. */
export function isFor(stored: StoredResponse, { fields, credentials }: Pick<RequestFacts, 'fields' | 'credentials'>): boolean {
  return stored.credentials === credentials && stored.selecting.every(([name, value]) => fields.joined(name) === value);
}

/** Whether a response may be given without asking the backend, as it and the request say. */
export function isUsable({ policy, mustRevalidate }: StoredResponse, { target, fields }: Pick<RequestFacts, 'target' | 'fields'>): boolean {
  if (mustRevalidate && policy.stale()) return false;
  const { response, revalidation } = policy.evaluateRequest(toPolicyRequest(target, fields, false));
  return response !== undefined && revalidation === undefined;
}

/** Whether a response may be given because the backend fails (RFC 5861 section 4). */
export function isUsableOnError({ policy, mustRevalidate, staleIfErrorMs }: StoredResponse): boolean {
  return policy.stale() ? !mustRevalidate && policy.age() < policy.maxAge() + staleIfErrorMs / 1000 : true;
}

/** Fields that describe the body, which is the stored one (RFC 9111 section 3.2). */
const OF_THE_BODY = new Set(['content-length', 'content-encoding', 'content-type', 'content-range', 'transfer-encoding']);

/** The stored head with what a 304 says anew. */
export function freshened(stored: StoredResponse, said: Fields): ResponseHead {
  const fields = new Fields([...stored.list]);
  const replaced = new Set<string>();
  said.forEach((name, value) => {
    const lowerName = name.toLowerCase();
    // Its age counts from here on; cookies are for who asked.
    if (OF_THE_BODY.has(lowerName) || (NOT_KEPT.has(lowerName) && lowerName !== 'age')) return;
    if (!replaced.has(lowerName)) fields.remove(lowerName);
    replaced.add(lowerName);
    fields.add(name, value);
  });
  return { status: stored.status, list: fields.list };
}

/** Whether two entity tags name the same (RFC 9110 section 8.8.3.2, weak comparison). */
export function isSameTag(one: string, other: string): boolean {
  return one.replace(/^W\//, '') === other.replace(/^W\//, '');
}

/** `If-None-Match` and `If-Modified-Since` of a client who has the stored response already (RFC 9110 section 13.1). */
export function isNotModified({ etag, lastModified }: StoredResponse, fields: Fields): boolean {
  const tags = fields.joined('if-none-match');
  if (tags !== undefined) {
    if (tags.trim() === '*') return true;
    return etag !== undefined && tags.split(',').some((tag) => isSameTag(tag.trim(), etag));
  }
  const since = Date.parse(fields.get('if-modified-since') ?? '');
  return lastModified !== undefined && Date.parse(lastModified) <= since;
}

/** No more than the rules look at: it is kept, and the fields of requests hold secrets. */
function toPolicyRequest(target: string, fields: Fields, hasOwnAuthorization: boolean): CachePolicy.HttpRequest {
  const cacheControl = toText(toDirectives(fields.joined('cache-control')));
  const pragma = fields.joined('pragma');
  return {
    method: 'GET',
    url: target,
    headers: {
      ...(cacheControl === '' ? {} : { 'cache-control': cacheControl }),
      ...(pragma === undefined ? {} : { pragma: pragma.toLowerCase() }),
      ...(hasOwnAuthorization ? { authorization: 'x' } : {}),
    },
  };
}

function toPolicyResponse(
  status: number,
  fields: Fields,
  directives: ReadonlyMap<string, string>,
  delayMs: number,
  defaultMaxAgeMs: number,
): CachePolicy.HttpResponse {
  const said = new Map(directives);
  const expires = fields.joined('expires');
  const pragma = fields.joined('pragma')?.toLowerCase();
  const saysNothing =
    expires === undefined &&
    pragma === undefined &&
    !['max-age', 's-maxage', 'no-cache', 'no-store', 'private'].some((name) => said.has(name));
  if (saysNothing && defaultMaxAgeMs > 0 && DEFAULTED.has(status)) said.set('max-age', String(Math.floor(defaultMaxAgeMs / 1000)));
  // Without Last-Modified: nothing is fresh because it was not changed for long.
  const headers: CachePolicy.Headers = {
    // Where it says something of itself, Pragma means nothing (RFC 9111 section 5.4).
    ...(said.size === 0 ? {} : { 'cache-control': toText(said) }),
    ...(pragma === undefined ? {} : { pragma }),
    ...(expires === undefined ? {} : { expires }),
    date: fields.get('date'),
    age: String(toSeconds(fields.get('age')) + delayMs / 1000),
  };
  return { status, headers };
}

/** Statuses that are kept although their responses do not say that they may be. */
const DEFAULTED: ReadonlySet<number> = new Set([200, 203, 204, 300, 301, 308]);

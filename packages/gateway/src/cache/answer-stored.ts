import { BufferedBody } from '../exchange/body.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { Fields } from '../exchange/fields.ts';
import type { StoredResponse } from './stored-response.ts';

/** Answers with what is stored, and its age. */
export function answerStored(exchange: Exchange, { status, list, body, policy }: StoredResponse, what: string): void {
  const fields = new Fields([...list]);
  fields.set('Age', 'age', String(Math.max(0, Math.floor(policy.age()))));
  if (body !== null && !fields.has('content-length')) fields.add('Content-Length', String(body.length));
  exchange.status = status;
  exchange.reason = '';
  exchange.response = fields;
  exchange.responseBody = body === null ? null : new BufferedBody(body);
  exchange.fromCache = true;
  note(exchange, what);
}

/** Of the response that the client has: RFC 9110 section 15.4.5. */
const OF_A_304 = new Set(['cache-control', 'content-location', 'date', 'etag', 'expires', 'vary', 'last-modified']);

/** Answers that the client has it already. */
export function answerNotModified(exchange: Exchange, stored: StoredResponse): void {
  const list: string[] = [];
  new Fields([...stored.list]).forEach((name, value) => {
    if (OF_A_304.has(name.toLowerCase())) list.push(name, value);
  });
  answerStored(exchange, { ...stored, status: 304, list, body: null }, `hit; ttl=${timeToLive(stored)}`);
}

/** How long a response is fresh yet, or (below zero) is not any more; whole seconds. */
export function timeToLive({ policy }: StoredResponse): number {
  return Math.floor(policy.maxAge() - policy.age());
}

/** RFC 9211: what the cache did, behind what those before it say. */
export function note(exchange: Exchange, what: string): void {
  if (exchange.tunnel === null) exchange.response.add('Cache-Status', `gatehouse; ${what}`);
}

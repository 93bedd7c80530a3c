import type { Exchange } from '../../exchange/exchange.ts';

/**
 * What the limits on an exchange say in `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-11): structured
 * field lists (RFC 9651) to which every limit adds its member, in the order in which the limits ran.
 */
class RateLimitFields {
  policies = '';
  limits = '';
  written = false;
}

function findFields(exchange: Exchange): RateLimitFields | undefined {
  const { notes } = exchange;
  if (notes === null) return undefined;
  for (const note of notes) if (note instanceof RateLimitFields) return note;
  return undefined;
}

/** Notes one limit's members until the response is there. */
export function noteRateLimit(exchange: Exchange, policy: string, limit: string): void {
  const fields = findFields(exchange);
  if (fields !== undefined) {
    fields.policies += `, ${policy}`;
    fields.limits += `, ${limit}`;
    return;
  }
  const first = new RateLimitFields();
  first.policies = policy;
  first.limits = limit;
  exchange.notes ??= [];
  exchange.notes.push(first);
}

/** Writes what was noted into the response, once; the backend's own fields of those names go, since they are about other limits. */
export function writeRateLimitFields(exchange: Exchange): void {
  const fields = findFields(exchange);
  if (fields === undefined || fields.written) return;
  fields.written = true;
  exchange.response.set('RateLimit-Policy', 'ratelimit-policy', fields.policies);
  exchange.response.set('RateLimit', 'ratelimit', fields.limits);
}

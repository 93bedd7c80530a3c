import { duration } from '@gatehouse/contract';
import { z } from 'zod';
import type { Exchange } from '../../exchange/exchange.ts';
import { isToken } from '../../exchange/fields.ts';
import { ErrorReply } from '../../exchange/reply.ts';
import { definePolicy, PASS } from '../../pipeline/policy-kind.ts';
import { clientNetwork } from '../../shared/ip-address.ts';
import type { RateRule } from '../../shared/rate-table.ts';
import { noteRateLimit, writeRateLimitFields } from './rate-limit-fields.ts';

/** Largest limit: what a structured field integer can hold has room above it, and sums stay exact. */
const LIMIT_MAX = 1_000_000_000;

const count = z.number().int().min(1).max(LIMIT_MAX);

const config = z
  .strictObject({
    limit: count.meta({ title: 'Limit', description: 'Requests per window. For a token bucket: tokens that are refilled per window.' }),
    window: duration
      .refine((ms) => ms >= 1, 'must be longer than nothing')
      .meta({ title: 'Window', description: 'Length of the window, such as 1s, 1m or 24h.' }),
    algorithm: z.enum(['sliding-window', 'fixed-window', 'token-bucket']).default('sliding-window').meta({
      title: 'Algorithm',
      description:
        'How requests are counted. sliding-window: at any time over the last window; fixed-window: anew after each window; token-bucket: a steady rate with bursts.',
    }),
    burst: count
      .optional()
      .meta({ title: 'Burst', description: 'Only for token-bucket: requests that may come at once; default: the limit.' }),
    by: z
      .union(
        [
          z.enum(['ip', 'principal', 'api']),
          z.strictObject({
            header: z
              .string()
              .refine(isToken, 'must be a header name')
              .meta({ title: 'Header', description: 'The request header whose values are counted.' }),
          }),
        ],
        {
          error: 'must be ip, principal, api or { header: name }',
        },
      )
      .default('ip')
      .meta({
        title: 'Counted by',
        description:
          'What has a counter of its own: ip, each client address; principal, each authenticated caller; { header: name }, each value of it; api: one for all.',
      }),
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$/, 'must be 1 to 64 letters, digits, dots, dashes, underscores or slashes')
      .optional()
      .meta({ title: 'Name', description: 'Name of the limit in RateLimit fields. Limits of the same name share their counters.' }),
  })
  .refine(({ algorithm, burst }) => burst === undefined || algorithm === 'token-bucket', {
    path: ['burst'],
    message: 'is for the algorithm token-bucket only',
  })
  .meta({ title: 'Rate limit' });

type Config = z.output<typeof config>;

/** Refuses requests beyond a rate, counted exactly across all threads, and tells clients how much is left. */
export const rateLimitPolicy = definePolicy({
  name: 'rate-limit',
  summary: 'Limits how many requests may come in a time, per address, caller, header or API.',
  config,
  needs: ({ by }) => (by === 'principal' ? ['principal'] : []),
  attachedTwice: 'stack',
  compile({ limit, window: windowMs, algorithm, burst = limit, by, name }, place, services) {
    const rule: RateRule = { algorithm, limit, windowMs, burst };
    const keyOf = compileKey(by, name === undefined ? `@${place.id}` : `=${name}`);
    // A structured field string (RFC 9651 section 3.3.3): neither names nor places hold anything that must be escaped.
    const member = `"${name ?? nameOf(place.id)}"`;
    // A bucket is described by its capacity and the time that it takes to fill, so that what is left is never more than the quota.
    const policy =
      algorithm === 'token-bucket'
        ? `${member};q=${burst};w=${toSeconds((burst * windowMs) / limit)}`
        : `${member};q=${limit};w=${toSeconds(windowMs)}`;
    return {
      onRequest(exchange) {
        const { allowed, remaining, resetMs, retryAfterMs } = services.rates.take(keyOf(exchange), rule, services.now());
        // With nothing left, `t` is the moment at which trying again makes sense: the same as Retry-After.
        const seconds = toSeconds(remaining === 0 ? retryAfterMs : resetMs);
        noteRateLimit(exchange, policy, `${member};r=${remaining};t=${seconds}`);
        return allowed ? PASS : new ErrorReply('limit.exceeded', { fields: ['Retry-After', String(seconds)] });
      },
      onResponse: writeRateLimitFields,
    };
  },
});

/** Whole seconds, as the fields have them: rounded up, so that nobody comes back too early, and at least 1. */
function toSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}

/** The name of a limit that was given none: its place, in characters that need no escaping. */
function nameOf(placeId: string): string {
  return placeId
    .replaceAll(']', '')
    .replace(/[^A-Za-z0-9._~/{}+*-]/g, '-')
    .slice(-128);
}

/**
 * Composes the key of a counter. What was counted by is part of it (`i`, `h`, `p`, `a`): a client that chooses a header's value must
 * not be able to name another client's address with it.
 */
function compileKey(by: Config['by'], scope: string): (exchange: Exchange) => string {
  const byAddress = `${scope}\ni`;
  const ofAddress = ({ clientAddress }: Exchange) => byAddress + clientNetwork(clientAddress);
  if (by === 'ip') return ofAddress;
  if (by === 'api') {
    const key = `${scope}\na`;
    return () => key;
  }
  if (by === 'principal') {
    const byPrincipal = `${scope}\np`;
    return (exchange) =>
      exchange.principal === null ? ofAddress(exchange) : `${byPrincipal}${exchange.principal.kind}\n${exchange.principal.id}`;
  }
  const lowerName = by.header.toLowerCase();
  const byHeader = `${scope}\nh`;
  return (exchange) => {
    const value = exchange.request.joined(lowerName);
    return value === undefined || value === '' ? ofAddress(exchange) : byHeader + value;
  };
}

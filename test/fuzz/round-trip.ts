import { type FieldLine, fieldValues } from '../support/http-message.ts';
import { withClient } from '../support/raw-client.ts';
import type { OriginRequest, ScriptedOrigin } from '../support/scripted-origin.ts';
import { type ExpectedMessage, generateMessages } from './message-generator.ts';
import { createRandom } from './prng.ts';

export interface RoundTripCase {
  text: string;
  expected: ExpectedMessage;
}

/** Valid requests, each for a connection of its own, the same for the same seed. */
export function roundTripCases(seed: number, count: number): RoundTripCase[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const { text, expected } = generateMessages(random, { modest: true, single: true });
    return { text, expected: expected[0] as ExpectedMessage };
  }).filter(({ expected }) => expected.method !== 'TRACE');
}

export interface RoundTripOptions {
  /** Trailers of requests are passed on: some proxies drop them. */
  trailers: boolean;
  /** What the proxy refuses is no difference. */
  mayRefuse: boolean;
}

export interface RoundTripReport {
  /** Requests that came to the backend. */
  received: number;
  differences: string[];
}

/**
 * Sends each request through a proxy and holds what its backend received against what was sent: the same request, once, after
 * normalisation.
 */
export async function roundTrip(
  port: number,
  origin: ScriptedOrigin,
  cases: readonly RoundTripCase[],
  { trailers, mayRefuse }: RoundTripOptions,
): Promise<RoundTripReport> {
  const differences: string[] = [];
  let received = 0;
  for (const { text, expected } of cases) {
    const before = origin.requests.length;
    const status = await withClient(port, async (client) => {
      client.send(text);
      return (await client.response({ method: expected.method })).status;
    });
    const seen = origin.requests.slice(before);
    if (mayRefuse && status >= 400 && seen.length === 0) continue;
    const sent = normalised(expected, trailers);
    const came = seen.map((request) => normalised(toMessage(request), trailers));
    received += came.length;
    if (status !== 200 || came.length !== 1 || came[0] !== sent)
      differences.push(`${JSON.stringify(text)}\n  was answered ${status}; sent:     ${sent}\n  received: ${came.join('\n            ')}`);
  }
  for (const violation of origin.violations.splice(0)) differences.push(`not valid HTTP/1.1 at the backend: ${violation}`);
  return { received, differences };
}

function toMessage({ method, target, fields, body, trailers }: OriginRequest): ExpectedMessage {
  return { method, target, fields: [...fields], body: body.toString('latin1'), trailers: [...trailers] };
}

/** What a proxy may add, take away or write anew (RFC 9110 section 7.6), and how it marks the end of the body. */
const OF_THE_HOP =
  /^(?:host|connection|keep-alive|te|trailer|transfer-encoding|content-length|upgrade|via|forwarded|expect|x-forwarded-[a-z]{1,10}|x-real-ip|x-request-id|traceparent|tracestate)$/;

function normalised({ method, target, fields, body, trailers }: ExpectedMessage, withTrailers: boolean): string {
  return JSON.stringify([method, target, grouped(fields), body, withTrailers ? grouped(trailers) : []]);
}

/** Values by name: only among fields of one name does the order mean something (RFC 9110 section 5.3). */
function grouped(fields: readonly FieldLine[]): [string, string[]][] {
  const names = [...new Set(fields.map(([name]) => name.toLowerCase()))].filter((name) => !OF_THE_HOP.test(name)).sort();
  return names.map((name) => [name, fieldValues(fields, name)]);
}

import { isToken } from '../../exchange/fields.ts';

/** Fields of one connection, of framing, and of the proxy itself (RFC 9110 section 7.6.1, 9112 section 6): the wire writes them. */
const CONNECTION_FIELDS = new Set([
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'content-length',
  'upgrade',
  'http2-settings',
]);

/** What the gateway tells backends itself, whatever stands in the request: an edit would have no effect. */
const REQUEST_FIELDS = new Set([
  'host',
  'expect',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-request-id',
  'traceparent',
]);

/** Why a header of that name may not be edited there, or undefined when it may. */
export function refusalOfName(name: string, direction: 'request' | 'response'): string | undefined {
  if (!isToken(name)) return 'is not a header name';
  const lower = name.toLowerCase();
  if (CONNECTION_FIELDS.has(lower) || lower.startsWith('proxy-'))
    return 'belongs to the connection or the framing of the message, which the gateway sees to';
  if (direction === 'request' && (REQUEST_FIELDS.has(lower) || lower.startsWith('x-gatehouse-'))) return 'is written by the gateway itself';
  if (direction === 'response' && lower === 'x-request-id') return 'is written by the gateway itself';
  return undefined;
}

import type { Exchange } from '../../../exchange/exchange.ts';
import { isFieldValue } from '../../../exchange/fields.ts';

/** RFC 9113 section 8.2.2, and what we say ourselves. */
const DROPPED: ReadonlySet<string> = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'x-request-id',
]);

/** No Content-Length is sent; and the one that the backend announced, without a body (HEAD, 304). */
export const NO_LENGTH = -1;
export const AS_ANNOUNCED = -2;

/**
 * The head of the answer of an exchange as a flat list that begins with `:status`. `length` is that of the body in bytes or one of the
 * constants above. Throws when a field could not be sent: steps check what they add, this is the last gate.
 */
export function writeResponseHead(exchange: Exchange, length: number): string[] {
  const list = [':status', String(exchange.status)];
  const fields = exchange.response.list;
  let announced = '';
  for (let i = 0; i < fields.length; i += 2) {
    const name = (fields[i] as string).toLowerCase();
    const value = fields[i + 1] as string;
    if (DROPPED.has(name)) {
      if (name === 'content-length') announced = value;
      continue;
    }
    if (!isFieldValue(value)) throw new Error(`The response field ${name} holds a character that must not be sent`);
    list.push(name, value);
  }
  if (length >= 0) list.push('content-length', String(length));
  else if (length === AS_ANNOUNCED && /^\d{1,15}$/.test(announced)) list.push('content-length', announced);
  list.push('x-request-id', exchange.requestId);
  return list;
}

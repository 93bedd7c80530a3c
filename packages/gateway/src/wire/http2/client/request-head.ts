import { isFieldValue } from '../../../exchange/fields.ts';
import type { BackendRequest } from '../../wire.ts';

/** RFC 9113 section 8.2.2, and what is said in another way. */
const DROPPED: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'proxy-connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'te',
]);

const KEY = 'sec-websocket-key';

const BREAKS_OUT = /[\r\n\0 ]/;

/**
 * The head of a request as it goes to an HTTP/2 backend, a flat list that begins with the pseudo-header fields. Throws when a part
 * could not be sent as it is; steps check what they add, this is the last gate.
 */
export function writeRequestHead({ method, target, fields, body, upgrade }: BackendRequest, scheme: 'http' | 'https'): string[] {
  if (BREAKS_OUT.test(target)) throw new Error('The request target holds a space, a line break or a NUL');
  // The first field is Host.
  const list = [':method', upgrade === '' ? method : 'CONNECT', ':scheme', scheme, ':authority', fields[1] ?? '', ':path', target];
  if (upgrade !== '') list.push(':protocol', upgrade.toLowerCase());
  let takesTrailers = false;
  for (let i = 2; i < fields.length; i += 2) {
    const name = (fields[i] as string).toLowerCase();
    const value = fields[i + 1] as string;
    // The key is HTTP/1.1's way to ask whether the other side means it (RFC 8441 section 5).
    if (DROPPED.has(name) || (upgrade !== '' && name === KEY)) {
      takesTrailers ||= name === 'te';
      continue;
    }
    if (!isFieldValue(value)) throw new Error('A request field holds a control character');
    list.push(name, value);
  }
  // The one value that HTTP/2 allows, and the only one that is forwarded; servers of gRPC insist on it.
  if (takesTrailers) list.push('te', 'trailers');
  if (body !== null && body.length >= 0) list.push('content-length', String(body.length));
  return list;
}

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

const BREAKS_OUT = /[\r\n\0 ]/;

/**
 * The head of a request as it goes to an HTTP/2 backend, a flat list that begins with the pseudo-header fields. Throws when a part
 * could not be sent as it is; steps check what they add, this is the last gate.
 */
export function writeRequestHead({ method, target, fields, body }: BackendRequest, scheme: 'http' | 'https'): string[] {
  if (BREAKS_OUT.test(target)) throw new Error('The request target holds a space, a line break or a NUL');
  // The first field is Host.
  const list = [':method', method, ':scheme', scheme, ':authority', fields[1] ?? '', ':path', target];
  let takesTrailers = false;
  for (let i = 2; i < fields.length; i += 2) {
    const name = (fields[i] as string).toLowerCase();
    const value = fields[i + 1] as string;
    if (DROPPED.has(name)) {
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

import type { BackendRequest } from '../wire.ts';
import { OutgoingLines } from './outgoing-lines.ts';

/** Methods for which a missing body is told as `Content-Length: 0` (RFC 9110 section 8.6). */
const EMPTY_BODY_TOLD = new Set(['POST', 'PUT', 'PATCH']);

const lines = new OutgoingLines();

const BREAKS_OUT = /[\r\n\0]/;

/**
 * The head of a request as it goes to a backend: always our own serialisation, with the one framing that we chose.
 * Throws when a part could break out of its line; steps check what they add, this is the last gate.
 */
export function writeRequestHead({ method, target, fields, body, upgrade }: BackendRequest): string {
  if (BREAKS_OUT.test(target)) throw new Error('The request target holds a line break or a NUL');
  let text = `${method} ${target} HTTP/1.1\r\n`;
  lines.begin();
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    const value = fields[i + 1] as string;
    let line = lines.known(i >> 1, name, value);
    if (line === '') {
      if (BREAKS_OUT.test(value)) throw new Error('A request field holds a line break or a NUL');
      line = lines.write(i >> 1, name, value);
    }
    text += line;
  }
  if (body !== null) text += body.length < 0 ? 'Transfer-Encoding: chunked\r\n' : `Content-Length: ${body.length}\r\n`;
  else if (EMPTY_BODY_TOLD.has(method)) text += 'Content-Length: 0\r\n';
  if (upgrade !== '') text += `Connection: Upgrade\r\nUpgrade: ${upgrade}\r\n`;
  return `${text}\r\n`;
}

import type { BackendRequest } from '../wire.ts';

/** Methods for which a missing body is told as `Content-Length: 0` (RFC 9110 section 8.6). */
const EMPTY_BODY_TOLD = new Set(['POST', 'PUT', 'PATCH']);

/**
 * The head of a request as it goes to a backend: always our own serialisation, with the one framing that we chose.
 * Throws when a field could break out of its line; steps check what they add, this is the last gate.
 */
export function writeRequestHead(request: BackendRequest): string {
  const { fields, body } = request;
  let text = `${request.method} ${request.target} HTTP/1.1\r\n`;
  for (let i = 0; i < fields.length; i += 2) text += `${fields[i]}: ${fields[i + 1]}\r\n`;
  if (body !== null) text += body.length < 0 ? 'Transfer-Encoding: chunked\r\n' : `Content-Length: ${body.length}\r\n`;
  else if (EMPTY_BODY_TOLD.has(request.method)) text += 'Content-Length: 0\r\n';
  if (request.upgrade !== '') text += `Connection: Upgrade\r\nUpgrade: ${request.upgrade}\r\n`;
  if (
    breaksOut(
      text,
      1 + fields.length / 2 + (body !== null || EMPTY_BODY_TOLD.has(request.method) ? 1 : 0) + (request.upgrade !== '' ? 2 : 0),
    )
  ) {
    throw new Error('A request field holds a line break or a NUL');
  }
  return `${text}\r\n`;
}

/** Whether there are more line ends than lines, or a NUL. */
function breaksOut(text: string, lines: number): boolean {
  let count = 0;
  let position = text.indexOf('\n');
  while (position !== -1) {
    if (text.charCodeAt(position - 1) !== 13) return true;
    count++;
    position = text.indexOf('\n', position + 1);
  }
  if (count !== lines || text.includes('\0')) return true;
  let returns = 0;
  position = text.indexOf('\r');
  while (position !== -1) {
    returns++;
    position = text.indexOf('\r', position + 1);
  }
  return returns !== lines;
}

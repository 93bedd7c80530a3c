import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What a client's own id may be made of: it goes into logs, the audit and a header field of the answer. */
const ACCEPTED = /^[A-Za-z0-9._-]{1,128}$/;

/** The id of a request: the client's `X-Request-Id` when its characters are harmless, else a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && ACCEPTED.test(given) ? given : randomUUID();
}

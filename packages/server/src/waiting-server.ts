import type { IncomingMessage, ServerResponse } from 'node:http';
import { MANAGEMENT_ERRORS } from '@gatehouse/contract/management';
import type { AdminSource } from './admin-handler.ts';
import { AdminServer } from './admin-server.ts';

const RETRY_AFTER_SECONDS = 5;

/** Stands where the management interface will be: tells why it is not there yet. */
export function createWaitingServer(source: AdminSource): AdminServer {
  const code = 'service.unavailable';
  const detail = 'The control plane starts when its database is there. The gateway serves meanwhile';
  const problem = { type: `urn:gatehouse:error:${code}`, ...MANAGEMENT_ERRORS[code], code, detail };
  const body = `${JSON.stringify(problem)}\n`;
  return new AdminServer(source, (request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    response.writeHead(problem.status, {
      'Content-Type': 'application/problem+json',
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
      'Retry-After': RETRY_AFTER_SECONDS,
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What the admin endpoints tell. */
export interface AdminSource {
  /** Why the process is not ready, or undefined when it is. */
  notReady(): string | undefined | Promise<string | undefined>;
  /** Prometheus text, in pieces; undefined where there is no gateway whose metrics could be told. */
  metrics(): Promise<{ contentType: string; text: AsyncIterable<string> } | undefined>;
  /** A short status document for `/`; absent where the portal is there. */
  status?(): object;
}

const TEXT = 'text/plain; charset=utf-8';

/** Answers `/healthz`, `/readyz`, `/metrics` and `/`; false for every other path. */
export function createAdminHandler(source: AdminSource): (request: IncomingMessage, response: ServerResponse) => boolean {
  const answers: Record<string, (request: IncomingMessage, response: ServerResponse) => void | Promise<void>> = {
    '/healthz': (request, response) => answer(request, response, 200, TEXT, 'ok\n'),
    '/readyz': async (request, response) => {
      const reason = await source.notReady();
      answer(request, response, reason === undefined ? 200 : 503, TEXT, `${reason ?? 'ready'}\n`);
    },
    '/metrics': async (request, response) => {
      const metrics = await source.metrics();
      if (metrics === undefined) return answer(request, response, 404, TEXT, 'Not found\n');
      response.writeHead(200, { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' });
      if (request.method === 'HEAD') response.end();
      else await pipeline(Readable.from(metrics.text), response);
    },
  };
  const { status } = source;
  if (status !== undefined) {
    answers['/'] = (request, response) => answer(request, response, 200, 'application/json', `${JSON.stringify(status())}\n`);
  }
  return (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const handle = Object.hasOwn(answers, path) ? answers[path] : undefined;
    if (handle === undefined) return false;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      answer(request, response, 405, TEXT, 'Method not allowed\n');
      return true;
    }
    Promise.resolve(handle(request, response)).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else answer(request, response, 500, TEXT, `This could not be told: ${error instanceof Error ? error.message : String(error)}\n`);
    });
    return true;
  };
}

function answer(request: IncomingMessage, response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { 'Content-Type': contentType, 'Cache-Control': 'no-store', 'Content-Length': Buffer.byteLength(body) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

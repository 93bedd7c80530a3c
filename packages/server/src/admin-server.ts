import { createServer, type Server } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What the admin endpoints tell. */
export interface AdminSource {
  /** Why the process is not ready, or undefined when it is. */
  notReady(): string | undefined;
  /** Prometheus text, in pieces. */
  metrics(): Promise<{ contentType: string; text: AsyncIterable<string> }>;
  /** A short status document for `/`. */
  status(): object;
}

/** `/healthz`, `/readyz` and `/metrics`, and what this is on `/`. */
export class AdminServer {
  readonly #server: Server;

  constructor(source: AdminSource) {
    this.#server = createServer((request, response) => {
      const path = (request.url ?? '/').split('?', 1)[0];
      const answer = (status: number, contentType: string, body: string) => {
        response.writeHead(status, { 'Content-Type': contentType, 'Cache-Control': 'no-store', 'Content-Length': Buffer.byteLength(body) });
        response.end(request.method === 'HEAD' ? undefined : body);
      };
      const text = 'text/plain; charset=utf-8';
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.setHeader('Allow', 'GET, HEAD');
        return answer(405, text, 'Method not allowed\n');
      }
      switch (path) {
        case '/':
          return answer(200, 'application/json', `${JSON.stringify(source.status())}\n`);
        case '/healthz':
          return answer(200, text, 'ok\n');
        case '/readyz': {
          const reason = source.notReady();
          return answer(reason === undefined ? 200 : 503, text, `${reason ?? 'ready'}\n`);
        }
        case '/metrics':
          source
            .metrics()
            .then(async ({ contentType, text: pieces }) => {
              response.writeHead(200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' });
              if (request.method !== 'HEAD') await pipeline(Readable.from(pieces), response);
              else response.end();
            })
            .catch((error: unknown) => {
              if (response.headersSent) response.destroy();
              else answer(500, text, `The metrics could not be collected: ${error instanceof Error ? error.message : String(error)}\n`);
            });
          return;
        default:
          return answer(404, text, 'Not found\n');
      }
    });
  }

  /** The port that was bound. Rejects when it cannot be. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port }, () => {
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}

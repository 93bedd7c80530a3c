import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AdminSource, createAdminHandler } from './admin-handler.ts';

/** The admin endpoints of a process that has no management interface, or none yet. */
export class AdminServer {
  readonly #server: Server;

  /** `otherwise`: answers everything else; default: there is nothing else. */
  constructor(source: AdminSource, otherwise: (request: IncomingMessage, response: ServerResponse) => void = notFound) {
    const handle = createAdminHandler(source);
    this.#server = createServer((request, response) => {
      if (!handle(request, response)) otherwise(request, response);
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

function notFound(request: IncomingMessage, response: ServerResponse): void {
  const body = 'Not found\n';
  response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';

/** What the echo origin says of a request. */
export interface Echo {
  method: string;
  url: string;
  /** Name, value pairs as they came. */
  headers: [string, string][];
  bodyBytes: number;
  bodySha256: string;
}

/** A well-behaved backend on node:http: answers 200 with JSON that says what it received, and counts. */
export class EchoOrigin {
  requests = 0;
  /** Added to every answer as `X-Origin`, so that a test sees who answered. */
  readonly name: string;
  /** Milliseconds before it answers. */
  delayMs = 0;
  readonly #server: Server;

  static async start(name = 'origin'): Promise<EchoOrigin> {
    const origin = new EchoOrigin(name);
    await new Promise<void>((resolve, reject) => {
      origin.#server.once('error', reject);
      origin.#server.listen(0, '127.0.0.1', resolve);
    });
    return origin;
  }

  constructor(name: string) {
    this.name = name;
    this.#server = createServer((request, response) => {
      this.requests++;
      const hash = createHash('sha256');
      let bodyBytes = 0;
      request.on('data', (chunk: Buffer) => {
        hash.update(chunk);
        bodyBytes += chunk.length;
      });
      request.on('end', () => {
        const headers: [string, string][] = [];
        for (let i = 0; i < request.rawHeaders.length; i += 2) headers.push([request.rawHeaders[i] ?? '', request.rawHeaders[i + 1] ?? '']);
        const echo: Echo = { method: request.method ?? '', url: request.url ?? '', headers, bodyBytes, bodySha256: hash.digest('hex') };
        const answer = () =>
          response.writeHead(200, { 'Content-Type': 'application/json', 'X-Origin': this.name }).end(JSON.stringify(echo));
        if (this.delayMs > 0) setTimeout(answer, this.delayMs);
        else answer();
      });
    });
    this.#server.keepAliveTimeout = 60_000;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The origin does not listen');
    return address.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

/** Which frobs a partner has how many flerps for. */
const FLERPS = [
  { frob: 'f-1', count: 12 },
  { frob: 'f-2', count: 3 },
  { frob: 'f-9', count: 1 },
];

/** A partner's service as an HTTP server that is not listening yet: `GET /flerp-batch`, after `delayMs`. */
export function createFlerps({ delayMs = 0 }: { delayMs?: number } = {}): Server {
  return createServer((request, response) => {
    const [path] = (request.url ?? '/').split('?', 1);
    const send = (status: number, value: unknown) => {
      const body = JSON.stringify(value);
      response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }).end(body);
    };
    if (path !== '/flerp-batch') return send(404, { error: 'There is nothing here' });
    if (request.method !== 'GET') return send(405, { error: 'Only GET is possible here' });
    void sleep(delayMs).then(() => send(200, { flerps: FLERPS }));
  });
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: process.env.PORT ?? '9005' },
      host: { type: 'string', default: '127.0.0.1' },
      delay: { type: 'string', default: '0' },
    },
  });
  const server = createFlerps({ delayMs: Number(values.delay) });
  server.listen(Number(values.port), values.host, () => console.log(`flerps on http://${values.host}:${values.port}`));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      server.close();
      server.closeAllConnections();
    });
  }
}

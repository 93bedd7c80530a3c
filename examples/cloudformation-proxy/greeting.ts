import { createServer, type Server } from 'node:http';
import { parseArgs } from 'node:util';

/** The service on the virtual machine: `GET /api/greeting?name=World` greets and counts. Not listening yet. */
export function createGreeting(): Server {
  let id = 0;
  return createServer((request, response) => {
    const [path, search = ''] = (request.url ?? '/').split('?', 2);
    const found = path === '/api/greeting' && request.method === 'GET';
    const name = new URLSearchParams(search).get('name') ?? 'World';
    const body = JSON.stringify(found ? { id: ++id, content: `Hello, ${name}!` } : { status: 404, error: 'Not Found', path });
    response.writeHead(found ? 200 : 404, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }).end(body);
  });
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: process.env.PORT ?? '8080' }, host: { type: 'string', default: '127.0.0.1' } },
  });
  const server = createGreeting();
  server.listen(Number(values.port), values.host, () => {
    console.log(`greeting on http://${values.host}:${values.port}/api/greeting`);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      server.close();
      server.closeAllConnections();
    });
  }
}

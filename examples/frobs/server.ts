import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { parseArgs } from 'node:util';

interface Frob {
  id: string;
  name: string;
  /** Turns per minute. */
  speed: number;
}

const BODY_BYTES_MAX = 16 * 1024;

/** FrobsCo's service as an HTTP server that is not listening yet. It is the service that openapi.yaml describes. */
export function createFrobs({ environment = 'local' }: { environment?: string } = {}): Server {
  const frobs = new Map<string, Frob>([
    ['f-1', { id: 'f-1', name: 'Small frob', speed: 40 }],
    ['f-2', { id: 'f-2', name: 'Large frob', speed: 12 }],
    ['f-3', { id: 'f-3', name: 'Reverse frob', speed: -40 }],
  ]);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '/'] = (request.url ?? '/').split('?', 1);
    if (path === '/v1/list') {
      if (isMethod('GET', request, response)) send(response, 200, [...frobs.values()]);
    } else if (path === '/v1/frobs') {
      if (!isMethod('POST', request, response)) return;
      const fields = toFrob(await readText(request));
      if (fields === undefined) return send(response, 400, { error: 'Send {"name": "…", "speed": 10} as JSON of at most 16 KiB' });
      const frob = { id: `f-${frobs.size + 1}`, ...fields };
      frobs.set(frob.id, frob);
      response.setHeader('Location', `/v1/frobs/${frob.id}`);
      send(response, 201, frob);
    } else if (path.startsWith('/v1/frobs/')) {
      if (!isMethod('GET', request, response)) return;
      const frob = frobs.get(path.slice('/v1/frobs/'.length));
      send(response, frob === undefined ? 404 : 200, frob ?? { error: 'There is no such frob' });
    } else {
      send(response, 404, { error: 'There is nothing here' });
    }
  }

  return createServer((request, response) => {
    response.setHeader('X-Frobs-Environment', environment);
    answer(request, response).catch((error: unknown) => {
      // A client that left in the middle of its body is not worth a line.
      if (request.errored === null) console.error(error);
      response.destroy();
    });
  });
}

function isMethod(method: string, request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method === method) return true;
  response.setHeader('Allow', method);
  send(response, 405, { error: `Only ${method} is possible here` });
  return false;
}

function send(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }).end(body);
}

/** The body as text; empty, which is no valid JSON, when it is too large. */
async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  return bytes > BODY_BYTES_MAX ? '' : Buffer.concat(chunks).toString('utf8');
}

function toFrob(text: string): Omit<Frob, 'id'> | undefined {
  try {
    const { name, speed = 10 } = JSON.parse(text) as Record<string, unknown>;
    return typeof name === 'string' && name !== '' && typeof speed === 'number' ? { name, speed } : undefined;
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: process.env.PORT ?? '9003' },
      host: { type: 'string', default: '127.0.0.1' },
      environment: { type: 'string', default: 'local' },
    },
  });
  const server = createFrobs({ environment: values.environment });
  server.listen(Number(values.port), values.host, () => {
    console.log(`frobs (${values.environment}) on http://${values.host}:${values.port}`);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      server.close();
      server.closeAllConnections();
    });
  }
}

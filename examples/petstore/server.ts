import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Refusal, readJson, sendJson, sendRefusal } from './http.ts';
import { isStatus, type NewPet, PetStore, STATUSES, toNewPet } from './pets.ts';

export interface PetstoreOptions {
  /** The environment that this instance plays; shown in every response as X-Petstore-Environment. Default: local. */
  environment?: string;
  /** Pause between two `tick` events, in milliseconds. Default: 1000. */
  tickMs?: number;
}

interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
  /** The {petId} of the path; 0 where the path has none. */
  petId: number;
}

type Operation = (call: Call) => void | Promise<void>;

/** A pet store as an HTTP server that is not listening yet. It is the service that openapi.yaml describes. */
export function createPetstore({ environment = 'local', tickMs = 1000 }: PetstoreOptions = {}): Server {
  const store = new PetStore();

  const operations: Record<string, Record<string, Operation>> = {
    '/pet/findByStatus': {
      GET({ response, query }) {
        const statuses = query.getAll('status').flatMap((value) => value.split(','));
        const wrong = statuses.filter((status) => !isStatus(status));
        if (statuses.length === 0 || wrong.length > 0) throw new Refusal(400, `status must be one of ${STATUSES.join(', ')}`);
        sendJson(response, 200, store.findByStatus(statuses.filter(isStatus)));
      },
    },
    '/pet': {
      async POST({ request, response }) {
        const pet = store.create(await readPet(request));
        response.setHeader('Location', `/pet/${pet.id}`);
        sendJson(response, 201, pet);
      },
    },
    '/pet/{petId}': {
      GET({ response, petId }) {
        sendJson(response, 200, found(store.get(petId), petId));
      },
      async PUT({ request, response, petId }) {
        sendJson(response, 200, found(store.update(petId, await readPet(request)), petId));
      },
      DELETE({ response, petId }) {
        found(store.delete(petId) || undefined, petId);
        response.writeHead(204).end();
      },
    },
    '/pet/{petId}/uploadImage': {
      async POST({ request, response, petId }) {
        found(store.get(petId), petId);
        // Hashed piece by piece as it comes: an image of any size takes no memory.
        const hash = createHash('sha256');
        let size = 0;
        for await (const chunk of request as AsyncIterable<Buffer>) {
          hash.update(chunk);
          size += chunk.length;
        }
        if (size === 0) throw new Refusal(400, 'The image is empty');
        sendJson(response, 200, { petId, size, sha256: hash.digest('hex') });
      },
    },
    '/events': {
      GET({ response }) {
        response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
        const write = (event: string, data: unknown) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
        const tick = () => write('tick', { at: new Date().toISOString(), inventory: store.inventory() });
        tick();
        const timer = setInterval(tick, tickMs);
        const unwatch = store.watch((change) => write('pet', change));
        response.on('close', () => {
          clearInterval(timer);
          unwatch();
        });
      },
    },
    '/store/inventory': {
      GET({ response }) {
        sendJson(response, 200, store.inventory());
      },
    },
    '/healthz': {
      GET({ response }) {
        sendJson(response, 200, { status: 'ok', environment });
      },
    },
  };

  return createServer(async (request, response) => {
    response.setHeader('X-Petstore-Environment', environment);
    try {
      const [path = '/', search = ''] = (request.url ?? '/').split('?', 2);
      const { template, petId } = matchPath(path);
      const methods = operations[template];
      if (methods === undefined) throw new Refusal(404, `There is nothing at ${path}`);
      const operation = methods[request.method ?? ''];
      if (operation === undefined)
        throw new Refusal(405, 'That cannot be done here', { headers: { Allow: Object.keys(methods).join(', ') } });
      await operation({ request, response, query: new URLSearchParams(search), petId });
    } catch (error) {
      // The client went away in the middle of its body: there is nobody left to answer.
      if (response.headersSent || request.errored !== null) return void response.destroy();
      if (!(error instanceof Refusal)) console.error(error);
      sendRefusal(response, error instanceof Refusal ? error : new Refusal(500, 'The pet store failed'));
    }
  });
}

/** `/pet/7/uploadImage` is the template `/pet/{petId}/uploadImage` with the pet 7. Throws a Refusal (400) when the id is no number. */
function matchPath(path: string): { template: string; petId: number } {
  const [, root, id, ...rest] = path.split('/');
  if (root !== 'pet' || id === undefined || id === 'findByStatus') return { template: path, petId: 0 };
  if (!/^[1-9]\d{0,14}$/.test(id)) throw new Refusal(400, 'petId must be a whole number from 1');
  return { template: ['/pet/{petId}', ...rest].join('/'), petId: Number(id) };
}

async function readPet(request: IncomingMessage): Promise<NewPet> {
  const result = toNewPet(await readJson(request));
  if ('errors' in result) throw new Refusal(422, 'The pet is not valid', { errors: result.errors });
  return result.pet;
}

function found<Value>(value: Value | undefined, petId: number): Value {
  if (value === undefined) throw new Refusal(404, `There is no pet ${petId}`);
  return value;
}

/** Puts the pet store into a catalog, where GATEHOUSE_ONBOARD_TARGET says; never rejects. */
async function onboardPetstore(environment: string): Promise<void> {
  const { onboard } = await import('@gatehouse/sdk/onboarding');
  onboard({
    name: process.env.GATEHOUSE_SERVICE_NAME ?? 'petstore',
    owner: process.env.GATEHOUSE_SERVICE_OWNER ?? 'team-pets',
    title: 'Pet store',
    environment,
    tags: ['example'],
    component: true,
    definition: { file: fileURLToPath(new URL('./openapi.yaml', import.meta.url)) },
  });
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: process.env.PORT ?? '9001' },
      host: { type: 'string', default: '127.0.0.1' },
      environment: { type: 'string', default: 'local' },
    },
  });
  const server = createPetstore({ environment: values.environment });
  server.listen(Number(values.port), values.host, () => {
    console.log(`petstore (${values.environment}) on http://${values.host}:${values.port}`);
    if (process.env.GATEHOUSE_ONBOARD_TARGET !== undefined) void onboardPetstore(values.environment);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      server.close();
      // Event streams never end by themselves.
      server.closeAllConnections();
    });
  }
}

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createPetstore } from './server.ts';

interface ResponseObject {
  $ref?: string;
  content?: Record<string, unknown>;
}

interface OperationObject {
  operationId: string;
  responses: Record<string, ResponseObject>;
}

const document = parse(readFileSync(new URL('openapi.yaml', import.meta.url), 'utf8')) as {
  paths: Record<string, Record<string, OperationObject>>;
  components: { responses: Record<string, ResponseObject> };
};

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([method]) => METHODS.includes(method))
    .map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
);

const server = createPetstore({ environment: 'test', tickMs: 10 });
let origin = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const pet = (fields: unknown, headers: Record<string, string> = { 'Content-Type': 'application/json' }): RequestInit => ({
  headers,
  body: typeof fields === 'string' ? fields : JSON.stringify(fields),
});
const withPet = { name: 'Bello', status: 'pending', category: 'dog', tags: ['young'] };
const tooLarge = { name: 'x', category: 'y'.repeat(70_000) };

/** At least one request for each operation, and for each status that it documents. */
const requests: Record<string, { status: number; path: string; init?: RequestInit }[]> = {
  addPet: [
    { status: 201, path: '/pet', init: pet(withPet) },
    { status: 400, path: '/pet', init: pet('{') },
    { status: 413, path: '/pet', init: pet(tooLarge) },
    { status: 415, path: '/pet', init: pet(withPet, { 'Content-Type': 'text/plain' }) },
    { status: 422, path: '/pet', init: pet({ name: '', status: 'lost', colour: 'red' }) },
  ],
  findPetsByStatus: [
    { status: 200, path: '/pet/findByStatus?status=available&status=sold' },
    { status: 400, path: '/pet/findByStatus?status=lost' },
  ],
  getPetById: [
    { status: 200, path: '/pet/1' },
    { status: 400, path: '/pet/rex' },
    { status: 404, path: '/pet/99' },
  ],
  updatePet: [
    { status: 200, path: '/pet/1', init: pet({ id: 1, name: 'Rex', status: 'sold' }) },
    { status: 400, path: '/pet/1', init: pet('') },
    { status: 404, path: '/pet/99', init: pet(withPet) },
    { status: 413, path: '/pet/1', init: pet(tooLarge) },
    { status: 415, path: '/pet/1', init: pet(withPet, {}) },
    { status: 422, path: '/pet/1', init: pet([]) },
  ],
  deletePet: [
    { status: 204, path: '/pet/6' },
    { status: 400, path: '/pet/0' },
    { status: 404, path: '/pet/6' },
  ],
  uploadImage: [
    { status: 200, path: '/pet/1/uploadImage', init: { body: new Uint8Array([0, 1, 2, 255]) } },
    { status: 400, path: '/pet/1/uploadImage', init: { body: '' } },
    { status: 404, path: '/pet/99/uploadImage', init: { body: 'x' } },
  ],
  watchPets: [{ status: 200, path: '/events' }],
  getInventory: [{ status: 200, path: '/store/inventory' }],
  getHealth: [{ status: 200, path: '/healthz' }],
};

const resolve = (response: ResponseObject | undefined): ResponseObject =>
  response?.$ref === undefined ? (response ?? {}) : (document.components.responses[response.$ref.split('/').at(-1) ?? ''] ?? {});

describe('the pet store honours its own document', () => {
  for (const { path, method, operation } of operations) {
    it(`${method} ${path} answers with every status that it documents, in the documented media type`, async () => {
      const cases = requests[operation.operationId] ?? [];
      expect(cases.map(({ status }) => String(status))).toEqual(Object.keys(operation.responses));
      for (const { status, path: target, init } of cases) {
        const abort = new AbortController();
        const response = await fetch(origin + target, { ...init, method, signal: abort.signal });
        expect(response.status, target).toBe(status);
        expect(response.headers.get('x-petstore-environment')).toBe('test');
        const mediaType = response.headers.get('content-type');
        const documented = Object.keys(resolve(operation.responses[status]).content ?? {});
        expect(mediaType === null ? [] : [mediaType], target).toEqual(documented);
        abort.abort();
      }
    });
  }

  it('a method that the document does not name is refused with the ones that it does', async () => {
    for (const path of Object.keys(document.paths)) {
      const response = await fetch(origin + path.replace('{petId}', '1'), { method: 'PATCH' });
      const documented = operations.filter((operation) => operation.path === path).map(({ method }) => method);
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')?.split(', ').sort()).toEqual(documented.sort());
    }
  });
});

describe('the pet store', () => {
  it('finds pets of several statuses, repeated or separated by commas', async () => {
    const statuses = async (query: string) => {
      const pets = (await (await fetch(`${origin}/pet/findByStatus?${query}`)).json()) as { status: string }[];
      return [...new Set(pets.map(({ status }) => status))].sort();
    };
    expect(await statuses('status=pending')).toEqual(['pending']);
    expect(await statuses('status=pending&status=sold')).toEqual(['pending', 'sold']);
    expect(await statuses('status=pending,sold')).toEqual(['pending', 'sold']);
  });

  it('tells a watcher the inventory at once and each change when it happens', async () => {
    const abort = new AbortController();
    const response = await fetch(`${origin}/events`, { signal: abort.signal });
    const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const until = async (part: string) => {
      while (!text.includes(part)) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`The stream ended before ${part}`);
        text += value;
      }
    };
    await until('event: tick\ndata: {"at":');
    await fetch(`${origin}/pet`, { method: 'POST', ...pet({ name: 'Watched' }) });
    await until('event: pet\ndata: {"change":"created"');
    await until('"name":"Watched"');
    abort.abort();
  });

  it('answers an upload with its size and checksum', async () => {
    const image = Buffer.alloc(3_000_000, 'png');
    const response = await fetch(`${origin}/pet/1/uploadImage`, { method: 'POST', body: image });
    expect(await response.json()).toEqual({ petId: 1, size: image.length, sha256: createHash('sha256').update(image).digest('hex') });
  });

  it('goes on serving when a client leaves in the middle of its body', async () => {
    const { port } = server.address() as AddressInfo;
    await new Promise<void>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write('POST /pet HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"na', () =>
          socket.resetAndDestroy(),
        );
      });
      socket.once('close', () => resolve());
      socket.once('error', reject);
    });
    expect((await fetch(`${origin}/healthz`)).status).toBe(200);
  });
});

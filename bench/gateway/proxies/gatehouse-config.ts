import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place, ProxyDescriptor } from './proxy.ts';

export interface GatehouseConfigOptions {
  routes: 10 | 10_000;
  chain: ProxyDescriptor['chain'];
  /** Changes the snapshot without changing what it does. Default: 0. */
  generation?: number;
}

/** Operations that each API of the large configuration has; the small one has a single API. */
const ROUTES_PER_API = 100;
const ROUTES_PER_RESOURCE = 5;

/** What the chain of nginx + Lua does, as policies; a limit so high that it refuses nothing. */
const FULL_CHAIN = [
  { cors: { allowOrigins: ['*'], exposeHeaders: ['X-Request-Id'] } },
  { 'rate-limit': { limit: 1_000_000, window: '1s', by: { header: 'X-Api-Key' } } },
  {
    headers: {
      request: { set: { 'X-App': 'bench' }, remove: ['X-Api-Key'] },
      response: { set: { 'X-Served-By': 'bench' }, remove: ['X-Origin-Only'] },
    },
  },
];

/**
 * Writes gatehouse.yaml (JSON is YAML) and the OpenAPI documents: 10 routes in one API, or 10,000 in a hundred.
 * The request of the bench belongs to API 57 in both. Returns the file's path.
 */
export function writeGatehouseConfig(place: Place, { routes, chain, generation = 0 }: GatehouseConfigOptions): string {
  const { directory, port, adminPort, originPort } = place;
  const apis = routes === 10 ? [57] : Array.from({ length: routes / ROUTES_PER_API }, (_, index) => index);
  const routesPerApi = Math.min(routes, ROUTES_PER_API);
  mkdirSync(join(directory, 'apis'), { recursive: true });
  if (generation === 0) for (const api of apis) writeFileSync(join(directory, definitionFile(api)), createDefinition(api, routesPerApi));
  const config = {
    gateway: {
      listen: { host: '127.0.0.1', port },
      admin: { listen: { host: '127.0.0.1', port: adminPort } },
      threads: 1,
      accessLog: chain === 'full' ? { format: 'json', output: 'file', file: join(directory, 'access.log') } : { format: 'none' },
    },
    environments: ['production'],
    policies: chain === 'full' ? FULL_CHAIN : [],
    backends: [{ name: 'origin', type: 'http', environments: { production: { url: `http://127.0.0.1:${originPort}` } } }],
    apis: apis.map((api) => ({
      name: apiName(api),
      definition: `./${definitionFile(api)}`,
      basePath: `/${apiName(api)}`,
      backend: 'origin',
      variables: { production: { generation: String(generation) } },
      publish: ['production'],
    })),
  };
  const file = join(directory, 'gatehouse.yaml');
  // Renamed into place: a reader never sees half a file.
  writeFileSync(`${file}.new`, JSON.stringify(config, null, 1));
  renameSync(`${file}.new`, file);
  return file;
}

const apiName = (api: number): string => `api-${String(api).padStart(3, '0')}`;
const definitionFile = (api: number): string => `apis/${apiName(api)}.json`;

function createDefinition(api: number, routes: number): string {
  const paths: Record<string, unknown> = {};
  for (let resource = 0; resource < routes / ROUTES_PER_RESOURCE; resource++) {
    const name = `things-${resource}`;
    const operation = (verb: string) => ({ operationId: `${verb}-${name}`, responses: { 200: { description: 'Done' } } });
    const parameters = [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }];
    paths[`/${name}`] = { get: operation('list'), post: operation('create') };
    paths[`/${name}/{id}`] = { parameters, get: operation('get'), put: operation('replace'), delete: operation('delete') };
  }
  return JSON.stringify({ openapi: '3.0.3', info: { title: apiName(api), version: '1' }, paths });
}

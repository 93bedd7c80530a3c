import type { DebugCall, DebugResult } from '@gatehouse/contract';
import type { Database } from '@gatehouse/database';
import { expect, onTestFinished } from 'vitest';
import { accessRequestsOperations } from '../access-requests/operations.ts';
import { apisOperations } from '../apis/operations.ts';
import { forgetApi } from '../apps/forget-api.ts';
import { createAppGrants } from '../apps/grant-access.ts';
import { backendsOperations } from '../backends/operations.ts';
import { domainsOperations } from '../domains/operations.ts';
import { startTestServer } from '../http/testing/test-server.ts';
import { DefinitionImporter } from '../import/definition-importer.ts';
import { publishingOperations } from '../publishing/operations.ts';
import type { ControlTables } from '../schema/tables.ts';
import { InstallationKey } from '../secrets/installation-key.ts';
import { SnapshotBuilder } from '../snapshot/snapshot-builder.ts';
import { GatewayUrls, type PublicGateway } from '../system/gateway-urls.ts';
import { publishedOperations } from './operations.ts';

export const GATEWAY: PublicGateway = { publicUrl: 'https://gateway.example.com', listen: { host: '0.0.0.0', port: 8000 }, tls: undefined };

export interface PublishedOptions {
  gateway?: PublicGateway;
  /** What a node makes of a request that is sent through it. */
  debug?(call: DebugCall): Promise<DebugResult>;
  comparingMs?: number;
}

/** A management interface where teams publish APIs, see those of others and ask for access. No nodes. */
export async function startPublishing(database: Database<ControlTables>, { gateway = GATEWAY, debug, comparingMs }: PublishedOptions = {}) {
  // The one that the test server has.
  const key = new InstallationKey(Buffer.alloc(32, 7));
  const importer = new DefinitionImporter();
  onTestFinished(() => importer.stop());
  const compared: string[] = [];
  const clock = { nowMs: Date.now() };
  const shared = {
    database,
    key,
    snapshots: new SnapshotBuilder(database, key),
    importer: {
      import: importer.import.bind(importer),
      compare: (before: Parameters<DefinitionImporter['compare']>[0], after: Parameters<DefinitionImporter['compare']>[1]) => {
        compared.push(after.document);
        return importer.compare(before, after);
      },
    },
    live: { settled: async () => [] },
    regionRule: () => ({ region: undefined, forbiddenBackendTypes: [] }),
    publishTimeoutMs: () => 1_000,
    authorizations: {
      removeForApi: async (tx: Parameters<typeof forgetApi>[0], apiId: string, atMs: number) => forgetApi(tx, key, apiId, atMs),
    },
    grants: createAppGrants(key),
    addresses: new GatewayUrls({ database, isConnected: () => true, gateway }),
    debug: debug ?? (() => Promise.reject(new Error('No nodes here'))),
    nowMs: () => clock.nowMs,
    ...(comparingMs === undefined ? {} : { comparingMs }),
  };
  const server = await startTestServer(database, {
    implementations: [
      ...backendsOperations(shared),
      ...apisOperations(shared),
      ...publishingOperations(shared),
      ...domainsOperations(shared),
      ...publishedOperations(shared),
      ...accessRequestsOperations(shared),
    ],
  });
  const admin = await server.token('admin');

  /** As an admin, what a test begins with; throws when it is refused. */
  async function change(method: string, path: string, body?: unknown) {
    const answer = await server.call(method, path, { token: admin, ...(body === undefined ? {} : { body }) });
    expect(answer.status, `${method} ${path}: ${answer.text}`).toBeLessThan(300);
    return answer.body;
  }

  return {
    server,
    admin,
    change,
    /** Of access requests, in ms; move it on by writing it. */
    clock,
    /** Documents that were compared, in their order. */
    compared,
    get: async (path: string, token: string) => server.call('GET', path, { token }),
    /** Saves the draft of an API with an operation on each of these paths, or with this definition. */
    async save(name: string, owner: string | null, definition: object | string[], more: object = {}) {
      const document = Array.isArray(definition) ? definitionOf(definition) : definition;
      await change('PUT', `/apis/${name}`, { definition: document, ...(owner === null ? {} : { owner }), ...more });
    },
    publish: (name: string, environment: string, more: object = {}) =>
      change('POST', `/apis/${name}/publications`, { environment, ...more }),
  };
}

/** A definition whose operations the gateway answers itself. */
export function definitionOf(paths: readonly string[], info: object = {}) {
  return {
    openapi: '3.1.0',
    info: { title: 'Pets', version: '1.0', ...info },
    paths: Object.fromEntries(
      paths.map((path) => [path, { get: { 'x-gatehouse-integration': { type: 'mock' }, responses: { 200: { description: 'Done' } } } }]),
    ),
  };
}

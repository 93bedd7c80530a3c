import { join } from 'node:path';
import { openDatabase } from '@gatehouse/database';
import { saveApp, setAuthorizations } from '../../packages/control/src/apps/managed-apps.ts';
import type { ControlTables } from '../../packages/control/src/schema/tables.ts';
import { openInstallation } from '../../packages/control/src/secrets/installation.ts';
import { CONTROL_ENV, call } from './processes.ts';

const OPERATIONS = 20;

/** An API of some operations on one backend service; `variant` makes it another revision. */
export function definitionOf(name: string, variant = 0): object {
  const paths: Record<string, unknown> = {};
  for (let i = 0; i < OPERATIONS; i++) {
    paths[`/things-${i}/{id}`] = {
      get: {
        operationId: `${name}-${i}`,
        summary: `Thing ${i}, ${variant}`,
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: { 200: { description: 'The thing' } },
      },
    };
  }
  return { openapi: '3.0.3', info: { title: name, version: String(variant) }, paths };
}

/** Backend services, APIs on them, and some of these published, through the management interface. */
export async function seedApis(control: string, count: number, published: number, say: (line: string) => void): Promise<void> {
  for (let i = 0; i < 10; i++) {
    await call(control, 'POST', '/backends', { name: `backend-${i}`, type: 'http' });
    await call(control, 'PUT', `/backends/backend-${i}/environments/production`, { url: `http://127.0.0.1:${9_000 + i}` });
  }
  for (let i = 0; i < count; i++) {
    const name = `api-${i}`;
    await call(control, 'PUT', `/apis/${name}`, {
      definition: definitionOf(name),
      backend: `backend-${i % 10}`,
      owner: `team-${i % 50}`,
      auth: 'app',
    });
    if (i < published) await call(control, 'POST', `/apis/${name}/publications?wait=0`, { environment: 'production' });
    if (i % 500 === 499) say(`${i + 1} of ${count} APIs`);
  }
}

const APPS_A_TRANSACTION = 500;

/** Apps with two authorizations each, written straight into the database of a control plane that does not run. */
export async function seedApps(place: { database: string; dataDir: string }, count: number, apis: number): Promise<void> {
  const database = await openDatabase<ControlTables>({ url: place.database, dataDir: place.dataDir });
  try {
    const key = await openInstallation(database, { dataDir: place.dataDir, env: CONTROL_ENV });
    const actor = { name: 'bench', address: null, requestId: null };
    for (let start = 0; start < count; start += APPS_A_TRANSACTION) {
      await database.transaction(
        async (tx) => {
          for (let i = start; i < Math.min(count, start + APPS_A_TRANSACTION); i++) {
            const managed = { tx, key, actor, managedBy: 'bench', nowMs: Date.now() };
            const name = `app-${i}`;
            await saveApp(managed, { name, owner: `team-${i % 50}`, description: null });
            await setAuthorizations(managed, name, [
              { api: `api-${i % apis}`, environment: 'production' },
              { api: `api-${(i * 7 + 1) % apis}`, environment: 'production' },
            ]);
          }
        },
        { timeoutMs: 300_000 },
      );
    }
  } finally {
    await database.close();
  }
}

/** The data directory of a process that was started in `directory`. */
export function dataDirOf(directory: string): string {
  return join(directory, 'data');
}

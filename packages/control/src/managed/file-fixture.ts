import { type ApiRevisionSnapshot, createConfigSchema } from '@gatehouse/contract';
import { createTestDatabase, type Dialect } from '@gatehouse/database/testing';
import { createPolicyEntrySchema, effectiveBasePath, importDefinition, validatePolicies } from '@gatehouse/documents';
import { POLICY_KINDS } from '@gatehouse/gateway';
import { expect, onTestFinished } from 'vitest';
import { ControlPlane } from '../control-plane.ts';
import { Refusal } from '../operation/refusal.ts';
import type { AppliedFile } from './apply-file.ts';
import type { FileResources } from './file-resources.ts';
import { type ReadResources, toFileResources } from './to-file-resources.ts';

const policy = createPolicyEntrySchema(POLICY_KINDS);
const schema = createConfigSchema({ policy });
const TOKEN = 'the-admin-token-of-file-tests';

/** Reads a configuration as the server does, without files. */
export async function readResources(written: object): Promise<FileResources> {
  const config = schema.parse(written);
  const documents = new Map<string, { document: Record<string, unknown>; title: string }>();
  const revisions: ApiRevisionSnapshot[] = [];
  for (const api of config.apis) {
    const { definition, problems } = await importDefinition({
      definition: api.definition,
      baseDir: '/',
      validatePolicies: (value) => validatePolicies(value, policy),
      ...(api.backend === undefined ? {} : { backend: api.backend }),
      ...(api.auth === undefined ? {} : { auth: api.auth }),
    });
    if (definition === undefined) throw new Error(JSON.stringify(problems));
    documents.set(api.name, definition);
    revisions.push({
      id: api.name,
      api: api.name,
      basePath: effectiveBasePath(config, api),
      errorProfile: definition.errorProfile,
      timeouts: {},
      policies: [...api.policies, ...definition.policies],
      routes: definition.routes,
      ...(api.owner === undefined ? {} : { owner: api.owner }),
    });
  }
  return toFileResources({ config, policies: config.policies, revisions, documents } satisfies ReadResources);
}

/** A whole control plane on a database of its own, and what is asked of it over HTTP as admin. */
export async function startControlPlane(dialect: Dialect) {
  const place = await createTestDatabase(dialect);
  const settings = schema.parse({ control: { database: place.url, publishTimeout: '1s' } }).control;
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const open = () =>
    ControlPlane.open({
      settings,
      dataDir: place.dataDir,
      env: { GATEHOUSE_ADMIN_TOKEN: TOKEN },
      log: silent,
      version: '0',
      trustedProxies: [],
    });
  let control = await open();
  onTestFinished(async () => {
    await control.close();
    await place.remove();
  });
  let port = await control.listen('127.0.0.1', 0);

  async function call(method: string, path: string, body?: unknown) {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${TOKEN}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: JSON.parse(await response.text()) };
  }

  return {
    call,
    apply: async (written: object): Promise<AppliedFile> => control.applyFile(await readResources(written)),
    /** As a process that ends and starts again. */
    async restart() {
      await control.close();
      control = await open();
      port = await control.listen('127.0.0.1', 0);
    },
    /** The answer of a change that only the file may make. */
    async expectManaged(method: string, path: string, body?: unknown) {
      const answer = await call(method, path, body);
      expect({ status: answer.status, code: answer.body.code }, `${method} ${path}`).toEqual({ status: 409, code: 'managed.by-file' });
    },
    /** Everything that was changed so far, oldest first. */
    async audited(): Promise<string[]> {
      const { body } = await call('GET', '/audit?limit=500');
      return body.items.map((entry: { action: string; resource: string }) => `${entry.action} ${entry.resource}`).reverse();
    },
  };
}

/** What applying is refused with. */
export async function refusalOf(applying: Promise<unknown>): Promise<Refusal> {
  const error = await applying.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Refusal) return error;
  throw error ?? new Error('It was not refused');
}

/** A definition with a GET operation at each of these paths. */
export function definition(...paths: string[]) {
  const responses = { 200: { description: 'Done' } };
  return {
    openapi: '3.1.0',
    info: { title: 'Pets', version: '1' },
    paths: Object.fromEntries(paths.map((path) => [path, { get: { responses } }])),
  };
}

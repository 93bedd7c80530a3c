import type { Database } from '@gatehouse/database';
import { migrate } from '@gatehouse/database';
import { onTestFinished } from 'vitest';
import type { Role } from '../../access/caller.ts';
import { accessOperations } from '../../access/operations.ts';
import { TokenAuthenticator } from '../../access/token-authenticator.ts';
import { appsOperations } from '../../apps/operations.ts';
import { auditOperations } from '../../audit/operations.ts';
import type { NodeGateway } from '../../nodes/node-gateway.ts';
import type { Implementation } from '../../operation/implementation.ts';
import { MIGRATIONS } from '../../schema/migrations.ts';
import { newId } from '../../schema/new-id.ts';
import type { ControlTables } from '../../schema/tables.ts';
import { newAccessToken } from '../../secrets/credentials.ts';
import { InstallationKey } from '../../secrets/installation-key.ts';
import { ManagementServer, type ManagementServerOptions } from '../management-server.ts';

export interface CallOptions {
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface TestAnswer {
  status: number;
  headers: Headers;
  /** As `JSON.parse` gives it, so that tests can look into it; undefined without a body. */
  body: ReturnType<typeof JSON.parse>;
  text: string;
}

/** A management interface on a real port, over a real database. */
export interface TestServer {
  database: Database<ControlTables>;
  key: InstallationKey;
  authenticator: TokenAuthenticator;
  url: string;
  /** What was logged. */
  logged: object[];
  /** The time, in ms; move it on by writing it. */
  clock: { nowMs: number };
  /** Makes a token, past the interface. */
  token(role: Role, ...teams: string[]): Promise<string>;
  call(method: string, path: string, options?: CallOptions): Promise<TestAnswer>;
  close(): Promise<void>;
}

export const migrateControl = (database: Database<ControlTables>) => migrate(database, MIGRATIONS);

const noNodes: NodeGateway = {
  open: () => {
    throw new Error('No nodes here');
  },
  report: async () => undefined,
};

/** Starts it with the operations of access, audit and apps, and with `more`; it is closed after the test. */
export async function startTestServer(
  database: Database<ControlTables>,
  more: { implementations?: Implementation[] } & Partial<Omit<ManagementServerOptions, 'implementations'>> = {},
): Promise<TestServer> {
  const key = new InstallationKey(Buffer.alloc(32, 7));
  await saveEnvironments(database);
  const logged: object[] = [];
  const log = {
    warn: (fields: object, message: string) => logged.push({ ...fields, message }),
    error: (fields: object, message: string) => logged.push({ ...fields, message }),
  };
  const clock = { nowMs: Date.now() };
  const nowMs = () => clock.nowMs;
  const authenticator = new TokenAuthenticator({ database, key, log, nowMs });
  const server = new ManagementServer({
    authenticator,
    nodes: noNodes,
    log,
    version: '1.2.3',
    checkAnswers: true,
    ...more,
    implementations: [
      ...accessOperations({ database, key, authenticator, nowMs }),
      ...auditOperations({ database }),
      ...appsOperations({ database, key, nowMs }),
      ...(more.implementations ?? []),
    ],
  });
  const port = await server.listen('127.0.0.1', 0);
  const close = async () => {
    await server.close();
    await authenticator.close();
  };
  onTestFinished(close);
  const url = `http://127.0.0.1:${port}`;
  return {
    database,
    key,
    authenticator,
    url,
    logged,
    clock,
    token: (role, ...teams) => insertToken(database, key, role, teams),
    call: (method, path, options) => call(`${url}/api/v1${path}`, method, options),
    close,
  };
}

async function call(url: string, method: string, { token, body, headers = {} }: CallOptions = {}): Promise<TestAnswer> {
  const init: RequestInit = { method, headers: { ...headers } };
  const fields = new Headers(headers);
  if (token !== undefined) fields.set('authorization', `Bearer ${token}`);
  if (body !== undefined) {
    if (!fields.has('content-type')) fields.set('content-type', 'application/json');
    init.body = typeof body === 'string' ? body : JSON.stringify(body);
  }
  init.headers = fields;
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : undefined, text };
}

/** What every installation has before anything else is done. */
async function saveEnvironments(database: Database<ControlTables>): Promise<void> {
  const content = JSON.stringify({
    environments: ['test', 'production'],
    defaultEnvironment: 'production',
    errorProfile: 'problem',
    timeouts: {},
    policies: [],
  });
  const row = { id: 1, version: 1, content };
  await database.transaction((tx) =>
    tx
      .insertInto('settings')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
}

async function insertToken(database: Database<ControlTables>, key: InstallationKey, role: Role, teams: readonly string[]): Promise<string> {
  const token = newAccessToken();
  const row = {
    id: newId(),
    name: `${role}-${teams.join('-')}`,
    hash: key.hashToken(token),
    role,
    teams: JSON.stringify(teams),
    created_at: Date.now(),
    created_by: 'test',
    expires_at: null,
    last_used_at: null,
  };
  await database.transaction((tx) => tx.insertInto('tokens').values(row).execute());
  return token;
}

/** Makes a row of an API, past the interface; returns its id. */
export async function insertApi(database: Database<ControlTables>, name: string, owner: string | null): Promise<string> {
  const id = newId();
  const json = '{}';
  const row = {
    id,
    name,
    title: null,
    description: null,
    owner,
    api_group: null,
    base_path: `/${name}`,
    draft: json,
    definition: json,
    document: json,
    content: json,
    content_hash: '',
    operations: 0,
    managed_by: null,
    version: 1,
    created_at: 0,
    updated_at: 0,
  };
  await database.transaction((tx) => tx.insertInto('apis').values(row).execute());
  return id;
}

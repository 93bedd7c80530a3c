import { createConfigSchema } from '@gatehouse/contract';
import { type Database, openDatabase } from '@gatehouse/database';
import { createTestDatabase } from '@gatehouse/database/testing';
import { createPolicyEntrySchema } from '@gatehouse/documents';
import { POLICY_KINDS } from '@gatehouse/gateway';
import { onTestFinished } from 'vitest';
import { TokenAuthenticator } from '../../access/token-authenticator.ts';
import { migrateControl, startTestServer } from '../../http/testing/test-server.ts';
import { People } from '../../people.ts';
import type { ControlTables } from '../../schema/tables.ts';
import { InstallationKey } from '../../secrets/installation-key.ts';
import type { DirectoryUser, UserDirectory } from '../user-directory.ts';
import type { Browser } from './browser.ts';

const configSchema = createConfigSchema({ policy: createPolicyEntrySchema(POLICY_KINDS) });

/** The settings of a written `auth` block. Throws where the block is refused. */
export function toAuthSettings(written: unknown) {
  return configSchema.parse({ auth: written }).auth;
}

/** A catalog of users that a test writes down. */
export class Users implements UserDirectory {
  readonly list: (DirectoryUser & { annotations?: Record<string, string> })[] = [];

  add(name: string, more: Partial<DirectoryUser> & { annotations?: Record<string, string> } = {}): void {
    const ref = `user:${more.namespace ?? 'default'}/${name}`.toLowerCase();
    this.list.push({ ref, namespace: 'default', name, displayName: null, email: null, picture: null, groups: [], ...more });
  }

  remove(ref: string): void {
    this.list.splice(
      this.list.findIndex((user) => user.ref === ref),
      1,
    );
  }

  async find(query: Parameters<UserDirectory['find']>[0]): Promise<DirectoryUser[]> {
    const fits = (user: (typeof this.list)[number]) => {
      if ('ref' in query) return user.ref === query.ref.toLowerCase();
      return 'email' in query
        ? user.email?.toLowerCase() === query.email.toLowerCase()
        : user.annotations?.[query.annotation] === query.value;
    };
    return this.list.filter(fits).slice(0, 2);
  }
}

/** A database for tests that are not about the database; it is removed after the test. */
export async function openControlDatabase(): Promise<Database<ControlTables>> {
  const place = await createTestDatabase('sqlite');
  const log = { info: () => undefined, warn: () => undefined };
  const database = await openDatabase<ControlTables>({ url: place.url, dataDir: place.dataDir, log });
  onTestFinished(async () => {
    await database.close();
    await place.remove();
  });
  await migrateControl(database);
  return database;
}

export interface PeopleServerOptions {
  auth: unknown;
  users?: UserDirectory;
  /** Default: where it listens. */
  publicUrl?: string;
}

/** A management interface with signing in, on a real port; it is closed after the test. */
export async function startPeopleServer(database: Database<ControlTables>, options: PeopleServerOptions) {
  const clock = { nowMs: Date.now() };
  const nowMs = () => clock.nowMs;
  const logged: object[] = [];
  const log = { warn: (fields: object, message: string) => logged.push({ ...fields, message }) };
  const key = new InstallationKey(Buffer.alloc(32, 7));
  const tokens = new TokenAuthenticator({ database, key, log, nowMs });
  let address = new URL('http://127.0.0.1');
  const publicUrl = () => (options.publicUrl === undefined ? address : new URL(options.publicUrl));
  const settings = toAuthSettings(options.auth);
  const directory = options.users ?? new Users();
  const people = new People({ database, key, tokens, settings, directory, publicUrl, log, nowMs });
  const server = await startTestServer(database, {
    authenticator: people.authenticator,
    signIn: people.signIn,
    publicUrl,
    implementations: people.operations,
  });
  address = new URL(server.url);
  onTestFinished(() => people.close());

  /** A request of a page of the portal. */
  const api = async (browser: Browser, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await browser.send(method, `${server.url}${path}`, { headers: { 'x-gatehouse-csrf': '1', ...headers }, body });
    const text = await response.text();
    // biome-ignore lint/suspicious/noExplicitAny: tests look into it as into any JSON
    return { status: response.status, headers: response.headers, body: (text === '' ? undefined : JSON.parse(text)) as any };
  };

  return {
    ...server,
    clock,
    logged,
    people,
    api,
    /** Signs in through a provider, until the portal would be shown. */
    signIn: (browser: Browser, provider = 'github', redirect = '/apis?owner=me#top') =>
      browser.open(`${server.url}/api/auth/${provider}/start?${new URLSearchParams({ redirect })}`, (next) => isPage(next, server.url)),
  };
}

function isPage(url: URL, server: string): boolean {
  return url.origin === server && !url.pathname.startsWith('/api/');
}

import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { serverUrl } from './shared-cluster.ts';

/** A place for one database; give it to `openDatabase`, or to a process as configuration. */
export interface TestDatabase {
  readonly url: string;
  /** An empty directory of its own, with PostgreSQL too. */
  readonly dataDir: string;
  /** Removes it all. Connections that are still open are broken. */
  remove(): Promise<void>;
}

export type Dialect = 'sqlite' | 'postgres';

/** Makes an empty database, or a copy of `template`, which nobody may have open. */
export async function createTestDatabase(dialect: Dialect, template?: TestDatabase): Promise<TestDatabase> {
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-data-'));
  const removeDirectory = () => rmSync(dataDir, { recursive: true, force: true });
  if (template !== undefined) cpSync(template.dataDir, dataDir, { recursive: true });
  if (dialect === 'sqlite') return { url: 'sqlite', dataDir, remove: async () => removeDirectory() };
  const server = await serverUrl();
  const name = `gatehouse_test_${randomBytes(6).toString('hex')}`;
  const copied = template === undefined ? '' : ` template ${new URL(template.url).pathname.slice(1)}`;
  await run(server, `create database ${name}${copied}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    dataDir,
    remove: async () => {
      removeDirectory();
      await run(server, `drop database if exists ${name} with (force)`);
    },
  };
}

async function run(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConfigSchema } from '@gatehouse/contract';
import type { Database } from '@gatehouse/database';
import { afterEach } from 'vitest';
import { z } from 'zod';
import type { Entity, StatusItem } from '../model/index.ts';
import { createConfiguredProcessing } from '../providers/configured-processing.ts';
import type { PublishedApisOptions } from '../providers/published-apis/published-apis-provider.ts';
import type { CatalogTables } from '../store/tables.ts';
import type { CatalogProcessing } from './catalog-processing.ts';
import type { CatalogConfig } from './settings.ts';

const schema = createConfigSchema({ policy: z.object({ name: z.string(), config: z.unknown() }) });

/** What gatehouse.yaml says, with its defaults; throws when it is refused. */
export function settingsOf(blocks: Record<string, unknown>): CatalogConfig {
  return schema.parse(blocks);
}

/** Directories that are removed, and nodes that are stopped, after the test. */
const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

export function afterTest(step: () => Promise<unknown>): void {
  undo.push(step);
}

export async function createDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'gatehouse-catalog-'));
  afterTest(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export interface TestCatalog {
  processing: CatalogProcessing;
  /** What was said in the log as a warning. */
  warnings: object[];
}

/** Processing over a database, not started: tests scan when they want to. */
export function createTestCatalog(
  database: Database<CatalogTables>,
  blocks: Record<string, unknown>,
  options: { baseDir?: string; now?: () => number; publishedApis?: PublishedApisOptions } = {},
): TestCatalog {
  const warnings: object[] = [];
  const log = { info: () => undefined, warn: (fields: object, message: string) => void warnings.push({ ...fields, message }) };
  const processing = createConfiguredProcessing({ database, settings: settingsOf(blocks), log, baseDir: '/', ...options });
  afterTest(() => processing.stop());
  return { processing, warnings };
}

export interface StoredEntity {
  entity: Entity;
  source: string;
  orphan: boolean;
  status: StatusItem[];
}

/** Everything that is stored and not removed, by ref; generated Locations left out unless asked for. */
export async function storedEntities(
  database: Database<CatalogTables>,
  options: { withRoots?: boolean } = {},
): Promise<Map<string, StoredEntity>> {
  const rows = await database.read.selectFrom('catalog_entities').selectAll().where('deleted_at', 'is', null).orderBy('ref').execute();
  const shown = rows.filter(({ ref }) => options.withRoots === true || !ref.startsWith('location:default/generated-'));
  return new Map(
    shown.map((row) => [
      row.ref,
      {
        entity: JSON.parse(row.entity) as Entity,
        source: row.source,
        orphan: row.orphan === 1,
        status: row.status === null ? [] : (JSON.parse(row.status) as StatusItem[]),
      },
    ]),
  );
}

/** A Component as YAML. */
export function component(name: string, description = 'a service'): string {
  return `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: ${name}\n  description: ${description}\nspec:\n  type: service\n  lifecycle: production\n  owner: team-a\n`;
}

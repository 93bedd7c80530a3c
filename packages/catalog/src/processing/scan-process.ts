import { openDatabase } from '@gatehouse/database';
import { createConfiguredProcessing } from '../providers/configured-processing.ts';
import type { CatalogTables } from '../store/tables.ts';
import type { CatalogConfig } from './settings.ts';

/** A node in a process of its own, to be killed by tests. Says `entities N` as it goes. */
const [place = '{}', settings = '{}', baseDir = '/'] = process.argv.slice(2);
const database = await openDatabase<CatalogTables>(JSON.parse(place));
const log = { info: () => undefined, warn: () => undefined };
createConfiguredProcessing({ database, settings: JSON.parse(settings) as CatalogConfig, baseDir, log }).start();
for (;;) {
  const { count } = await database.read
    .selectFrom('catalog_entities')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  process.stdout.write(`entities ${count}\n`);
  await new Promise((resolve) => setTimeout(resolve, 1));
}

import { applyChanges } from '../../packages/catalog/src/store/apply-changes.ts';
import { migrateCatalog } from '../../packages/catalog/src/store/migrations.ts';
import type { CatalogTables } from '../../packages/catalog/src/store/tables.ts';
import { openDatabase } from '../../packages/database/src/index.ts';
import { generateEntities } from './generate-entities.ts';

const BATCH = 1_000;

// Own process: what generating takes of memory and time is not the catalog's. Arguments: database URL, data directory, entities.
const [url = '', dataDir = '', count = ''] = process.argv.slice(2);
const database = await openDatabase<CatalogTables>({ url, dataDir });
await migrateCatalog(database);
const entities = generateEntities(Number(count));
const relations = entities.reduce((sum, write) => sum + write.relations.length, 0);
const start = performance.now();
for (let at = 0; at < entities.length; at += BATCH) {
  await database.transaction((tx) => applyChanges(tx, { entities: entities.slice(at, at + BATCH) }));
}
const writtenMs = performance.now() - start;
const again = performance.now();
for (let at = 0; at < entities.length; at += BATCH) {
  await database.transaction((tx) => applyChanges(tx, { entities: entities.slice(at, at + BATCH) }));
}
const unchangedMs = performance.now() - again;
const changed = performance.now();
await database.transaction((tx) => applyChanges(tx, { entities: generateEntities(10, 7).slice(-1) }));
const oneChangedMs = performance.now() - changed;
await database.close();
console.log(JSON.stringify({ relations, writtenMs, unchangedMs, oneChangedMs }));

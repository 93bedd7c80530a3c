import type { Database } from '@gatehouse/database';
import { type Catalog, createCatalog } from '../catalog.ts';
import { afterTest, createTestCatalog } from '../processing/processing-fixture.ts';
import type { CatalogTables } from '../store/tables.ts';

export interface TestNode {
  catalog: Catalog;
  processing: ReturnType<typeof createTestCatalog>['processing'];
  /** Scans everything here and now, and waits until the index shows it. */
  scan(): Promise<void>;
}

/** A node of the catalog with what feeds it, not started. */
export async function createTestNode(
  database: Database<CatalogTables>,
  blocks: Record<string, unknown>,
  options: Parameters<typeof createTestCatalog>[2] = {},
): Promise<TestNode> {
  const { processing } = createTestCatalog(database, blocks, options);
  const log = { warn: () => undefined, error: () => undefined };
  const catalog = await createCatalog({ database, log, access: { authorize: async () => 'allowed' }, processing: () => processing });
  afterTest(() => catalog.close());
  return {
    catalog,
    processing,
    async scan() {
      await processing.scan();
      await catalog.follower.caughtUpWithAll();
    },
  };
}

import type { Database } from '@gatehouse/database';
import { type CatalogProcessing, createCatalogProcessing } from '../processing/catalog-processing.ts';
import type { LeaderLog } from '../processing/leadership.ts';
import type { CatalogConfig } from '../processing/settings.ts';
import type { CatalogTables } from '../store/tables.ts';
import { createSources } from './create-sources.ts';
import type { PublishedApisOptions } from './published-apis/published-apis-provider.ts';

export interface ConfiguredProcessingOptions {
  /** With the catalog's tables (`migrateCatalog`). */
  database: Database<CatalogTables>;
  /** The blocks of gatehouse.yaml. */
  settings: CatalogConfig;
  /** The directory of the configuration file: what relative paths of `catalog.locations` are relative to. */
  baseDir: string;
  log: LeaderLog;
  /** What is live on the gateway; absent: nothing of it becomes an entity. */
  publishedApis?: PublishedApisOptions;
  now?: () => number;
}

/**
 * Processing as gatehouse.yaml wants it, not started. `stop` also closes connections to what is read; another configuration
 * takes another one of these. Throws an Error that names the setting that cannot be.
 */
export function createConfiguredProcessing(options: ConfiguredProcessingOptions): CatalogProcessing {
  const { database, settings, baseDir, log, publishedApis, now } = options;
  const { orphanStrategy, orphanProviderStrategy, orphanGracePeriod: gracePeriodMs } = settings.catalog;
  const { close, ...sources } = createSources({ database, settings, baseDir, ...(publishedApis === undefined ? {} : { publishedApis }) });
  return createCatalogProcessing({
    database,
    ...sources,
    orphans: { strategy: orphanStrategy, gracePeriodMs },
    providerOrphans: { strategy: orphanProviderStrategy, gracePeriodMs },
    log,
    stopped: close,
    ...(now === undefined ? {} : { now }),
  });
}

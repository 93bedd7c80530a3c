export { type Catalog, type CatalogOptions, createCatalog } from './catalog.ts';
export * from './model/index.ts';
export type { CatalogProcessing, ProviderState } from './processing/catalog-processing.ts';
export type { EntityProvider, Mutation, ScanMode, Schedule, SourceItem } from './processing/mutation.ts';
export type { PushResult } from './processing/push.ts';
export type { CatalogConfig } from './processing/settings.ts';
export { type ConfiguredProcessingOptions, createConfiguredProcessing } from './providers/configured-processing.ts';
export type { PublishedApi, PublishedApisOptions } from './providers/published-apis/published-apis-provider.ts';
export type { CatalogTables } from './store/tables.ts';

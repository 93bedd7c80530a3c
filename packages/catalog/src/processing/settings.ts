import type { GatehouseConfig } from '@gatehouse/contract';

/** The blocks of gatehouse.yaml that the catalog acts on. */
export type CatalogConfig = Pick<GatehouseConfig, 'catalog' | 'integrations' | 'backend' | 'aws'>;
export type CatalogSettings = CatalogConfig['catalog'];
export type CatalogRuleSettings = NonNullable<CatalogSettings['rules']>[number];
export type AwsSettings = CatalogConfig['aws'];
export type AwsS3IntegrationSettings = CatalogConfig['integrations']['awsS3'][number];
export type AwsS3ProviderSettings = NonNullable<CatalogSettings['providers']['awsS3']>[string];
export type ScheduleSettings = NonNullable<AwsS3ProviderSettings['schedule']>;

/** A link of an entity. */
export interface MetadataLink {
  url: string;
  title?: string;
  icon?: string;
  type?: string;
}

/** What the catalog shall know of a service. What is left out is read from environment variables, see `METADATA_VARIABLES`. */
export interface MetadataOptions {
  /** Unique in its namespace. */
  name?: string;
  /** Default: `default`. */
  namespace?: string;
  title?: string;
  description?: string;
  /** Team or person: an entity reference, such as `team-pets` or `user:jane`. */
  owner?: string;
  /** Entity reference of the system that it is part of. */
  system?: string;
  /** Default: `production`; `experimental` in any other `environment` than production. */
  lifecycle?: string;
  /** Type of the API. Default: `openapi`. */
  type?: string;
  /** Where the service runs, such as `production`: becomes the label `gatehouse.dev/environment`. */
  environment?: string;
  /** Version of the service: stands in documents that are derived from routes. */
  version?: string;
  tags?: readonly string[];
  annotations?: Readonly<Record<string, string>>;
  labels?: Readonly<Record<string, string>>;
  links?: readonly MetadataLink[];
  /** Further members of `metadata`, for what nothing else is made for. */
  custom?: Readonly<Record<string, unknown>>;
}

/** Metadata that follows the rules of the descriptor format. */
export interface Metadata {
  name: string;
  namespace: string;
  title: string | undefined;
  description: string | undefined;
  owner: string;
  system: string | undefined;
  lifecycle: string;
  type: string;
  version: string | undefined;
  tags: readonly string[];
  annotations: Readonly<Record<string, string>>;
  labels: Readonly<Record<string, string>>;
  links: readonly MetadataLink[];
  custom: Readonly<Record<string, unknown>>;
}

/** Environment variables, by the option that they stand in for. */
export const METADATA_VARIABLES = {
  name: 'GATEHOUSE_SERVICE_NAME',
  namespace: 'GATEHOUSE_SERVICE_NAMESPACE',
  title: 'GATEHOUSE_SERVICE_TITLE',
  description: 'GATEHOUSE_SERVICE_DESCRIPTION',
  owner: 'GATEHOUSE_SERVICE_OWNER',
  system: 'GATEHOUSE_SERVICE_SYSTEM',
  lifecycle: 'GATEHOUSE_SERVICE_LIFECYCLE',
  type: 'GATEHOUSE_SERVICE_TYPE',
  environment: 'GATEHOUSE_SERVICE_ENVIRONMENT',
  version: 'GATEHOUSE_SERVICE_VERSION',
  tags: 'GATEHOUSE_SERVICE_TAGS',
  annotations: 'GATEHOUSE_SERVICE_ANNOTATIONS',
  labels: 'GATEHOUSE_SERVICE_LABELS',
  links: 'GATEHOUSE_SERVICE_LINKS',
} as const satisfies Partial<Record<keyof MetadataOptions, string>>;

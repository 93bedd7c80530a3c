export type { AdapterOptions, AdapterReading, DocumentOption, OnboardAdapter, RawRoute, ServiceInfo } from './adapters/adapter.ts';
export { expressAdapter } from './adapters/express.ts';
export { fastifyAdapter } from './adapters/fastify.ts';
export { honoAdapter } from './adapters/hono.ts';
export { koaAdapter } from './adapters/koa.ts';
export { nestAdapter } from './adapters/nest.ts';
export { DEFINITION_BYTES_MAX, type Definition, toDefinition } from './definition/definition.ts';
export { type DefinitionSource, type ReadLimits, readDefinition } from './definition/read-definition.ts';
export {
  createEntities,
  createFiles,
  createPush,
  DEFINITION_HASH_ANNOTATION,
  type EntityOptions,
  type OutputFile,
} from './entity/create-entities.ts';
export { type DescribedEntity, toYaml } from './entity/entity-yaml.ts';
export type { OnboardLogger } from './log.ts';
export { METADATA_VARIABLES, type Metadata, type MetadataLink, type MetadataOptions } from './metadata/metadata.ts';
export { ENVIRONMENT_LABEL, readMetadata } from './metadata/read-metadata.ts';
export { type OnboardHandle, type OnboardOptions, type OnboardResult, onboard } from './onboard.ts';
export { OnboardRefusal } from './refusal.ts';
export { createTargets, parseS3Place, TARGET_VARIABLES } from './targets/create-targets.ts';
export { type DeliverOptions, type Delivery, deliver } from './targets/deliver.ts';
export { type GatehouseTargetOptions, type S3TargetOptions, type Target, type TargetOptions, TargetRefusal } from './targets/target.ts';

export * from './annotations.ts';
export {
  DEFAULT_NAMESPACE,
  type Entity,
  type EntityLink,
  type EntityMetadata,
  type EntityRef,
  type EntityRelation,
  type EntityStatus,
  isMap,
  type JsonObject,
  type JsonValue,
  type StatusItem,
  type StatusLevel,
} from './entity.ts';
export { type EntityRefContext, entityRefOf, parseEntityRef, refKey, stringifyEntityRef } from './entity-ref.ts';
export { type LocationRef, parseLocationRef, sourceLocationOf, stringifyLocationRef } from './location-ref.ts';
export * from './relation-types.ts';
export { type Relation, type RelationsResult, relationsOf } from './relations.ts';
export { CATALOG_PROCESSING_STATUS, errorStatusItem, hasErrorStatus, statusItem } from './status-item.ts';
export type { EntityProblem } from './validation/entity-problem.ts';
export {
  type EnvelopeResult,
  isEntityLike,
  type ValidationResult,
  validateEntity,
  validateEnvelope,
} from './validation/validate-entity.ts';
export { KNOWN_KINDS } from './validation/validate-kind.ts';

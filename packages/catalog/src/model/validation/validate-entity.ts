import { DEFAULT_NAMESPACE, type Entity, isMap } from '../entity.ts';
import { stringifyEntityRef } from '../entity-ref.ts';
import { type EntityProblem, inputError } from './entity-problem.ts';
import { findFormatProblem } from './field-formats.ts';
import { createSchemaCheck } from './schema-check.ts';
import { ENTITY_SCHEMA, ENVELOPE_SCHEMA } from './schemas.ts';
import { validateKind } from './validate-kind.ts';

export type ValidationResult = { entity: Entity; problem?: undefined } | { entity?: undefined; problem: EntityProblem };
export type EnvelopeResult = ValidationResult;

const checkEnvelopeSchema = createSchemaCheck(ENVELOPE_SCHEMA);
const checkEntitySchema = createSchemaCheck(ENTITY_SCHEMA);

/** Root keys of a written entity; `relations` and `status` are the catalog's to write. */
const ROOT_KEYS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'spec']);

/** Whether a document has what gives it a reference: apiVersion, kind and a name. All else may still be wrong with it. */
export function validateEnvelope(value: unknown): EnvelopeResult {
  const finding = checkEnvelopeSchema(value);
  if (finding === undefined) return { entity: value as Entity };
  return { problem: { name: 'TypeError', message: `${finding.at} ${finding.message}${finding.details}`, path: finding.path } };
}

/**
 * Every rule of the descriptor format and of the entity's kind, placeholders already filled in. Gives the entity with its
 * namespace (the value itself is not changed), or the first problem in the order and words of Backstage.
 */
export function validateEntity(value: unknown): ValidationResult {
  const envelope = validateEnvelope(value);
  if (envelope.problem !== undefined) {
    const { name, message, path } = envelope.problem;
    return { problem: inputError('Entity envelope failed validation before processing', { name, message }, path) };
  }
  const problem = enforcePolicies(envelope.entity) ?? validateKind(envelope.entity);
  return problem === undefined ? { entity: withNamespace(envelope.entity) } : { problem };
}

function enforcePolicies(entity: Entity): EntityProblem | undefined {
  const refuse = (message: string, path: (string | number)[]) =>
    inputError(`Policy check failed for ${stringifyEntityRef(entity)}`, { name: 'Error', message }, path);
  const finding = checkEntitySchema(entity);
  if (finding !== undefined) return refuse(`Malformed envelope, ${finding.at} ${finding.message}`, finding.path);
  for (const key of Object.keys(entity)) if (!ROOT_KEYS.has(key)) return refuse(`Unknown field ${key}`, [key]);
  const format = findFormatProblem(entity);
  return format === undefined ? undefined : refuse(format.message, format.path);
}

function withNamespace(entity: Entity): Entity {
  if (entity.metadata.namespace !== undefined) return entity;
  const { name, ...rest } = entity.metadata;
  return { ...entity, metadata: { name, namespace: DEFAULT_NAMESPACE, ...rest } };
}

/** Whether a value has the outward form of an entity, for callers that only need to look. */
export function isEntityLike(value: unknown): value is Entity {
  return isMap(value) && isMap(value.metadata) && validateEnvelope(value).problem === undefined;
}

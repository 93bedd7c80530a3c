import type { Entity } from '../entity.ts';
import { stringifyEntityRef } from '../entity-ref.ts';
import { type EntityProblem, inputError } from './entity-problem.ts';
import { createSchemaCheck, type SchemaCheck, type SchemaFinding } from './schema-check.ts';
import { KIND_SCHEMAS, type KindSchema } from './schemas.ts';

/** Kinds that the catalog knows; others are refused. */
export const KNOWN_KINDS: readonly string[] = [...KIND_SCHEMAS.keys()].filter((name) => !name.includes('/'));

interface Kind extends KindSchema {
  check: SchemaCheck;
}

const KINDS: ReadonlyMap<string, Kind> = new Map(
  [...KIND_SCHEMAS].map(([name, schema]) => [
    name,
    {
      ...schema,
      check: createSchemaCheck({
        type: 'object',
        required: ['spec'],
        properties: { spec: { type: 'object', required: schema.required, properties: schema.properties } },
      }),
    },
  ]),
);

const EMPTY_DEFINITION: SchemaFinding = {
  at: '/spec/definition',
  message: 'must NOT have fewer than 1 characters',
  details: ' - limit: 1',
  path: ['spec', 'definition'],
};

/** Checks `spec` by kind. A kind, or a version of one, that nobody knows is refused, as Backstage refuses it. */
export function validateKind(entity: Entity): EntityProblem | undefined {
  const kind = kindOf(entity);
  if (kind?.apiVersions.includes(entity.apiVersion) !== true) {
    return {
      name: 'InputError',
      message: `No processor recognized the entity ${stringifyEntityRef(entity)} as valid, possibly caused by a foreign kind or apiVersion`,
      path: kind === undefined ? ['kind'] : ['apiVersion'],
    };
  }
  const finding = kind.check(entity) ?? (entity.spec?.definition === '' && entity.kind === 'API' ? EMPTY_DEFINITION : undefined);
  if (finding === undefined) return undefined;
  return inputError(
    `Processor ${kind.processor} threw an error while validating the entity ${stringifyEntityRef(entity)}`,
    { name: 'TypeError', message: `${finding.at} ${finding.message}${finding.details}` },
    finding.path,
  );
}

/**
 * Some types of a kind have a schema of their own. An API of type mcp-server may still carry a definition instead of remotes, as
 * before there was such a schema.
 */
function kindOf({ kind, spec }: Entity): Kind | undefined {
  const type = spec?.type;
  const specific = typeof type === 'string' ? KINDS.get(`${kind}/${type}`) : undefined;
  if (specific !== undefined && !(kind === 'API' && spec?.definition !== undefined)) return specific;
  // A kind with a slash is no kind; the format check has refused it already.
  return KINDS.get(kind);
}

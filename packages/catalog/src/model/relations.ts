import { type Entity, isMap } from './entity.ts';
import { entityRefOf, parseEntityRef, stringifyEntityRef } from './entity-ref.ts';
import { type EntityProblem, inputError } from './validation/entity-problem.ts';

/** A relation that an entity declares; both ends are full, lower-cased references. Targets need not exist. */
export interface Relation {
  sourceRef: string;
  type: string;
  targetRef: string;
}

export type RelationsResult = { relations: Relation[]; problem?: undefined } | { relations?: undefined; problem: EntityProblem };

interface RelationField {
  field: string;
  outgoing: string;
  incoming: string;
  /** Absent: a reference must say its kind. */
  defaultKind?: string;
}

const OWNER: RelationField = { field: 'owner', outgoing: 'ownedBy', incoming: 'ownerOf', defaultKind: 'Group' };
const DEPENDENCIES: readonly RelationField[] = [
  { field: 'dependsOn', outgoing: 'dependsOn', incoming: 'dependencyOf' },
  { field: 'dependencyOf', outgoing: 'dependencyOf', incoming: 'dependsOn' },
];

function partOf(field: string, defaultKind: string): RelationField {
  return { field, outgoing: 'partOf', incoming: 'hasPart', defaultKind };
}

const SYSTEM = partOf('system', 'System');

/** What each kind's fields say of others, in the order in which Backstage emits it. */
const RELATION_FIELDS: ReadonlyMap<string, readonly RelationField[]> = new Map([
  [
    'Component',
    [
      OWNER,
      partOf('subcomponentOf', 'Component'),
      { field: 'providesApis', outgoing: 'providesApi', incoming: 'apiProvidedBy', defaultKind: 'API' },
      { field: 'consumesApis', outgoing: 'consumesApi', incoming: 'apiConsumedBy', defaultKind: 'API' },
      ...DEPENDENCIES,
      SYSTEM,
    ],
  ],
  ['API', [OWNER, SYSTEM]],
  ['Resource', [OWNER, ...DEPENDENCIES, SYSTEM]],
  ['User', [{ field: 'memberOf', outgoing: 'memberOf', incoming: 'hasMember', defaultKind: 'Group' }]],
  [
    'Group',
    [
      { field: 'parent', outgoing: 'childOf', incoming: 'parentOf', defaultKind: 'Group' },
      { field: 'children', outgoing: 'parentOf', incoming: 'childOf', defaultKind: 'Group' },
      { field: 'members', outgoing: 'hasMember', incoming: 'memberOf', defaultKind: 'User' },
    ],
  ],
  ['System', [OWNER, partOf('domain', 'Domain')]],
  ['Domain', [OWNER, partOf('subdomainOf', 'Domain')]],
  ['Template', [OWNER]],
  [
    'AiResource',
    [
      OWNER,
      SYSTEM,
      { field: 'dependsOn', outgoing: 'dependsOn', incoming: 'dependencyOf', defaultKind: 'AiResource' },
      { field: 'skills', outgoing: 'hasPart', incoming: 'partOf', defaultKind: 'AiResource' },
      { field: 'plugins', outgoing: 'hasPart', incoming: 'partOf', defaultKind: 'AiResource' },
    ],
  ],
]);

/**
 * The relations that a validated entity declares, each in both directions and each once. A namespace that a reference does not
 * say is the entity's own. A reference that cannot be read is a problem with Backstage's text.
 */
export function relationsOf(entity: Entity): RelationsResult {
  const fields = RELATION_FIELDS.get(entity.kind);
  if (fields === undefined || entity.spec === undefined) return { relations: [] };
  const selfRef = stringifyEntityRef(entity);
  const { namespace: defaultNamespace } = entityRefOf(entity);
  const relations = new Map<string, Relation>();
  const add = (sourceRef: string, type: string, targetRef: string) => {
    relations.set(`${sourceRef} ${type} ${targetRef}`, { sourceRef, type, targetRef });
  };
  for (const { field, outgoing, incoming, defaultKind } of fields) {
    const written = Object.hasOwn(entity.spec, field) ? entity.spec[field] : undefined;
    if (!written) continue;
    const targets: unknown[] = Array.isArray(written) ? written : [written];
    for (const [index, target] of targets.entries()) {
      try {
        const targetRef = stringifyEntityRef(parseTarget(target, { defaultKind, defaultNamespace }));
        add(selfRef, outgoing, targetRef);
        add(targetRef, incoming, selfRef);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        const path = Array.isArray(written) ? ['spec', field, index] : ['spec', field];
        const cause = { name: error.name, message: error.message };
        return { problem: inputError('Processor BuiltinKindsEntityProcessor threw an error while postprocessing', cause, path) };
      }
    }
  }
  return { relations: [...relations.values()] };
}

function parseTarget(target: unknown, context: { defaultKind: string | undefined; defaultNamespace: string }) {
  const { defaultKind, defaultNamespace } = context;
  const defaults = defaultKind === undefined ? { defaultNamespace } : { defaultKind, defaultNamespace };
  if (typeof target === 'string') return parseEntityRef(target, defaults);
  const parts: { kind?: string; namespace?: string; name?: string } = {};
  for (const part of ['kind', 'namespace', 'name'] as const) {
    const value = isMap(target) ? target[part] : undefined;
    if (typeof value === 'string') parts[part] = value;
  }
  return parseEntityRef(parts, defaults);
}

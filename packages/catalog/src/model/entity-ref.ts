import { DEFAULT_NAMESPACE, type Entity, type EntityRef } from './entity.ts';

/** What the parts of a reference are when it does not say them. */
export interface EntityRefContext {
  defaultKind?: string;
  /** Default: `default`. In relations it is the namespace of the entity that refers. */
  defaultNamespace?: string;
}

/**
 * Reads `[<kind>:][<namespace>/]<name>`, keeping case. Throws a TypeError for an empty part and an Error for a kind that neither
 * the text nor the context gives, with Backstage's texts.
 */
export function parseEntityRef(ref: string | Partial<EntityRef>, context: EntityRefContext = {}): EntityRef {
  if (!ref) throw new Error('Entity reference must not be empty');
  const written = typeof ref === 'string' ? splitEntityRef(ref) : ref;
  const kind = written.kind ?? context.defaultKind;
  const namespace = written.namespace ?? (context.defaultNamespace || DEFAULT_NAMESPACE);
  const { name } = written;
  if (!kind) {
    throw new Error(`Entity reference ${JSON.stringify(ref)} had missing or empty kind (e.g. did not start with "component:" or similar)`);
  }
  if (!namespace) throw new Error(`Entity reference ${JSON.stringify(ref)} had missing or empty namespace`);
  if (!name) throw new Error(`Entity reference ${JSON.stringify(ref)} had missing or empty name`);
  return { kind, namespace, name };
}

/** `kind:namespace/name` in lower case: the form that is stored, compared and sent. */
export function stringifyEntityRef(ref: Entity | { kind: string; namespace?: string; name: string }): string {
  const { kind } = ref;
  const { namespace, name } = 'metadata' in ref ? ref.metadata : ref;
  return `${kind.toLocaleLowerCase('en-US')}:${(namespace ?? DEFAULT_NAMESPACE).toLocaleLowerCase('en-US')}/${name.toLocaleLowerCase('en-US')}`;
}

/** The reference under which an entity is stored: two entities with the same key are the same entity, whatever their case. */
export function refKey(entity: Entity): string {
  return stringifyEntityRef(entity);
}

/** The parts that name an entity, in its own case. */
export function entityRefOf(entity: Entity): EntityRef {
  return { kind: entity.kind, namespace: entity.metadata.namespace || DEFAULT_NAMESPACE, name: entity.metadata.name };
}

function splitEntityRef(ref: string): Partial<EntityRef> {
  const slash = ref.indexOf('/');
  let colon = ref.indexOf(':');
  // `a/b:c`: the colon belongs to the name.
  if (slash !== -1 && slash < colon) colon = -1;
  const parts: Partial<EntityRef> = { name: ref.slice(Math.max(colon + 1, slash + 1)) };
  if (colon !== -1) parts.kind = ref.slice(0, colon);
  if (slash !== -1) parts.namespace = ref.slice(colon + 1, slash);
  if (parts.kind === '' || parts.namespace === '' || parts.name === '') {
    throw new TypeError(`Entity reference "${ref}" was not on the form [<kind>:][<namespace>/]<name>`);
  }
  return parts;
}

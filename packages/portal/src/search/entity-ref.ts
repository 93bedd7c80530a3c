/** The parts of `kind:namespace/name`. Undefined: it is no reference. */
export function parseEntityRef(ref: string): { kind: string; namespace: string; name: string } | undefined {
  const colon = ref.indexOf(':');
  const slash = ref.indexOf('/', colon);
  if (colon < 1 || slash < colon + 2 || slash === ref.length - 1) return undefined;
  return { kind: ref.slice(0, colon).toLowerCase(), namespace: ref.slice(colon + 1, slash), name: ref.slice(slash + 1) };
}

/** The page of an entity, from its reference. */
export function entityPath(ref: string, tab?: string): string | undefined {
  const parts = parseEntityRef(ref);
  if (parts === undefined) return undefined;
  const { kind, namespace, name } = parts;
  const segments = tab === undefined ? [namespace, kind, name] : [namespace, kind, name, tab];
  return `/catalog/${segments.map(encodeURIComponent).join('/')}`;
}

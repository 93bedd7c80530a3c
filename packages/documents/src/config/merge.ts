import type { Written, WrittenList, WrittenMap } from './written.ts';

/** Lists at the root whose items are one thing each, and the key that names it: a later layer changes the thing it names. */
const LIST_IDENTITIES: ReadonlyMap<string, string> = new Map([
  ['networks', 'name'],
  ['backends', 'name'],
  ['apis', 'name'],
  ['apps', 'name'],
  ['domains', 'host'],
]);

/**
 * Lays one value over another. Maps are merged key by key; `networks`, `backends`, `apis`, `apps` and `domains` item by item, by their name or host
 * (new ones at the end); anything else is replaced, other lists as a whole. An empty value (`key:` or `key: null`) removes what
 * lies below. `level`: keys and indices from the root of the configuration.
 */
export function mergeWritten(base: Written, over: Written, level = 0): Written {
  return base.kind === 'map' && over.kind === 'map' ? mergeMaps(base, over, level) : over;
}

function mergeMaps(base: WrittenMap, over: WrittenMap, level: number): WrittenMap {
  const entries = new Map(base.entries);
  for (const [key, value] of over.entries) {
    const below = entries.get(key);
    const identity = level === 0 ? LIST_IDENTITIES.get(key) : undefined;
    if (value.kind === 'scalar' && value.value === null) entries.delete(key);
    else if (below === undefined) entries.set(key, value);
    else if (identity !== undefined && below.kind === 'list' && value.kind === 'list') entries.set(key, mergeLists(below, value, identity));
    else entries.set(key, mergeWritten(below, value, level + 1));
  }
  return { ...over, entries };
}

function mergeLists(base: WrittenList, over: WrittenList, identity: string): WrittenList {
  const items = [...base.items];
  // Names that occur twice within one layer are a mistake to be reported, not to be merged away.
  const places = new Map<unknown, number>();
  for (const [index, item] of base.items.entries()) {
    const name = nameOf(item, identity);
    if (name !== undefined && !places.has(name)) places.set(name, index);
  }
  for (const item of over.items) {
    const name = nameOf(item, identity);
    const index = places.get(name);
    const below = index === undefined ? undefined : items[index];
    if (index === undefined || below === undefined) {
      items.push(item);
      continue;
    }
    places.delete(name);
    items[index] = mergeWritten(below, item, 2);
  }
  return { ...over, items };
}

function nameOf(item: Written, identity: string): string | undefined {
  const name = item.kind === 'map' ? item.entries.get(identity) : undefined;
  if (name?.kind !== 'scalar') return undefined;
  // Host names are case-insensitive (RFC 9110 section 4.2.3).
  return identity === 'host' ? String(name.value).toLowerCase() : String(name.value);
}

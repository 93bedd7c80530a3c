import type { Kysely } from '@gatehouse/database';
import { readParents } from '../store/owners.ts';
import type { CatalogTables } from '../store/tables.ts';

/** Trees of locations are a few levels deep; a ring must not keep us. */
const LEVELS_MAX = 50;

/** An entity (ref) and the Location entities that lead to it directly. */
export interface AncestryItem {
  ref: string;
  parentRefs: string[];
}

/** `ref` and all that it comes from, nearest first. */
export async function readAncestry(db: Kysely<CatalogTables>, ref: string): Promise<AncestryItem[]> {
  const items = new Map<string, string[]>();
  let level = [ref];
  for (let depth = 0; depth < LEVELS_MAX && level.length > 0; depth++) {
    for (const each of level) items.set(each, []);
    const next = new Set<string>();
    for (const { ref: child, parentRef } of await readParents(db, level)) {
      items.get(child)?.push(parentRef);
      if (!items.has(parentRef)) next.add(parentRef);
    }
    level = [...next];
  }
  return Array.from(items, ([each, parentRefs]) => ({ ref: each, parentRefs }));
}

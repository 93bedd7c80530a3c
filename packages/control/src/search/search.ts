import { portal } from '@gatehouse/contract/management';
import type { Database } from '@gatehouse/database';
import { type Implementation, implement } from '../operation/implementation.ts';
import type { ControlTables } from '../schema/tables.ts';
import { findResources } from './find-resources.ts';
import { type EntityHit, mergeFound } from './merge-found.ts';

export interface SearchDependencies {
  database: Database<ControlTables>;
  /** What the catalog finds, the best first: every signed-in caller sees all of it. Absent: there is no catalog here. */
  findEntities: ((request: { query: string; limit: number }) => Promise<readonly EntityHit[]>) | undefined;
}

/** One search over the catalog and what the caller may see of the console. */
export function search({ database, findEntities }: SearchDependencies): Implementation {
  return implement(portal.search, async ({ query: { q, limit }, caller }) => {
    const request = { query: q, limit };
    const [entities, resources] = await Promise.all([
      findEntities === undefined ? [] : findEntities(request),
      findResources(database.read, caller, request),
    ]);
    return { body: { items: mergeFound(q, entities, resources).slice(0, limit) } };
  });
}

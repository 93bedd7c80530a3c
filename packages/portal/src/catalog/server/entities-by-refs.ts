import { queryOptions } from '@tanstack/react-query';
import { request } from '../../server/operation.ts';
import type { Entity } from '../entity.ts';

const FIELDS = ['kind', 'metadata.name', 'metadata.namespace', 'metadata.title', 'spec.type', 'spec.lifecycle', 'relations'];

/** These entities in this order, without their definitions; null for one that is not there. */
export function entitiesByRefsQuery(refs: readonly string[]) {
  return queryOptions({
    queryKey: ['catalog', 'by-refs', refs],
    queryFn: async ({ signal }) => {
      if (refs.length === 0) return [];
      const body = { entityRefs: refs, fields: FIELDS };
      return ((await request('POST', '/api/catalog/entities/by-refs', { signal, body })) as { items: (Entity | null)[] }).items;
    },
    staleTime: 60_000,
  });
}

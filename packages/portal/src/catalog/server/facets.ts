import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { request } from '../../server/operation.ts';
import type { Condition } from '../catalog-filter.ts';

export type Facets = Record<string, { value: string; count: number }[]>;

/** How many entities have each value of these facets, among those that a condition finds. */
export function facetsQuery(facets: readonly string[], condition: Condition) {
  return queryOptions({
    queryKey: ['catalog', 'facets', facets, condition],
    queryFn: async ({ signal }) => {
      const answer = (await request('POST', '/api/catalog/entity-facets', { signal, body: { facets, query: condition } })) as {
        facets: Facets;
      };
      return answer.facets;
    },
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}

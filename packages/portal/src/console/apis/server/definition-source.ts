import type { apis } from '@gatehouse/contract/management';
import { queryOptions } from '@tanstack/react-query';
import { operation } from '../../../server/operation.ts';

const getDefinitionSource = operation<typeof apis.getDefinitionSource>('GET', '/apis/{name}/definition/source');

/** The definition of a draft as it was written. `version`: of the API, so that a newer one is read when there is one. */
export function definitionSourceQuery(name: string, version: number) {
  return queryOptions({
    queryKey: ['apis', 'one', name, 'source', version],
    queryFn: async ({ signal }) => (await getDefinitionSource({ params: { name }, signal })).text,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

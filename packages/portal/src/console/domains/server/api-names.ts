import type { apis } from '@gatehouse/contract/management';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { operation } from '../../../server/operation.ts';

const listApis = operation<typeof apis.listApis>('GET', '/apis');

/** APIs of the console whose name has these words, with where each is published. */
export function apiNamesQuery(search: string) {
  return queryOptions({
    queryKey: ['apis', 'names', search],
    queryFn: async ({ signal }) => (await listApis({ query: { limit: 50, search }, signal })).items,
    placeholderData: keepPreviousData,
  });
}

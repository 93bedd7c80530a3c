import type { OperationResult, publications } from '@gatehouse/contract/management';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { operation } from '../../server/operation.ts';

const listPublications = operation<typeof publications.listPublications>('GET', '/publications');

export type PublishedApi = OperationResult<typeof publications.listPublications>['items'][number];

/** Published APIs whose name or title has these words. */
export function publicationsQuery(search: string) {
  return queryOptions({
    queryKey: ['publications', 'list', search],
    queryFn: ({ signal }) => listPublications({ query: { limit: 50, search }, signal }),
    placeholderData: keepPreviousData,
  });
}

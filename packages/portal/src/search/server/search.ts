import type { OperationResult, portal } from '@gatehouse/contract/management';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { operation } from '../../server/operation.ts';

const search = operation<typeof portal.search>('GET', '/search');

export type Found = OperationResult<typeof portal.search>['items'][number];

/** What these words find, best first. What was found before stays until the answer is there. */
export function searchQuery(words: string) {
  return queryOptions({
    queryKey: ['search', words],
    queryFn: ({ signal }) => search({ query: { q: words, limit: 30 }, signal }),
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
}

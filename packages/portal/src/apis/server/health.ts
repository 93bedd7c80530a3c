import type { OperationResult, traffic } from '@gatehouse/contract/management';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { operation } from '../../server/operation.ts';

const apiHealth = operation<typeof traffic.apiHealth>('GET', '/publications/{api}/{environment}/health');

export type Health = OperationResult<typeof traffic.apiHealth>;

/** How an API has behaved in the last so many hours. */
export function healthQuery(api: string, environment: string, hours: number, only: string | undefined) {
  return queryOptions({
    queryKey: ['publications', api, environment, 'health', { hours, only }],
    queryFn: ({ signal }) =>
      apiHealth({
        params: { api, environment },
        query: { since: new Date(Date.now() - hours * 3_600_000).toISOString(), operation: only },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
}

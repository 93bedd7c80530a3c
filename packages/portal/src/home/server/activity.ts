import type { OperationResult, portal } from '@gatehouse/contract/management';
import { queryOptions } from '@tanstack/react-query';
import { operation } from '../../server/operation.ts';

const listActivity = operation<typeof portal.listActivity>('GET', '/activity');

export type Activity = OperationResult<typeof portal.listActivity>['items'][number];

/** What changed lately, the latest first. */
export function activityQuery(mine: boolean) {
  return queryOptions({
    queryKey: ['activity', { mine }],
    queryFn: ({ signal }) => listActivity({ query: { limit: 12, mine }, signal }),
  });
}

import type { apps, OperationResult } from '@gatehouse/contract/management';
import { queryOptions } from '@tanstack/react-query';
import { operation } from '../../server/operation.ts';

const listApps = operation<typeof apps.listApps>('GET', '/apps');

export type AppSummary = OperationResult<typeof apps.listApps>['items'][number];

/** The apps that one may use, as many as a list to choose from can hold; `search` finds the others. */
export const appsQuery = (search: string) =>
  queryOptions({
    queryKey: ['apps', 'to-use', search],
    queryFn: ({ signal }) => listApps({ query: { limit: 50, search: search === '' ? undefined : search }, signal }),
  });

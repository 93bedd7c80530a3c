import type { apps } from '@gatehouse/contract/management';
import { queryOptions } from '@tanstack/react-query';
import { operation } from '../../server/operation.ts';

const listApps = operation<typeof apps.listApps>('GET', '/apps');

/** Apps to choose from. */
export function usableAppsQuery(search: string) {
  return queryOptions({
    queryKey: ['apps', 'choose', search],
    queryFn: ({ signal }) => listApps({ query: { limit: 100, search }, signal }),
  });
}

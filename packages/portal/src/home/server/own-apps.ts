import type { apps } from '@gatehouse/contract/management';
import { queryOptions } from '@tanstack/react-query';
import { operation } from '../../server/operation.ts';

const listApps = operation<typeof apps.listApps>('GET', '/apps');

/** The first apps that the user may see. */
export const ownAppsQuery = queryOptions({
  queryKey: ['apps', 'first'],
  queryFn: ({ signal }) => listApps({ query: { limit: 6 }, signal }),
});

import type { apps, OperationResult } from '@gatehouse/contract/management';
import { operation } from '../../server/operation.ts';
import { pagedQuery } from '../../server/paged-query.ts';

const listApps = operation<typeof apps.listApps>('GET', '/apps');

export type AppSummary = OperationResult<typeof apps.listApps>['items'][number];

/** The apps that the user may see, whose name has these words. */
export function appsQuery(search: string) {
  return pagedQuery<AppSummary>(['apps', 'list', search], (cursor, signal) => listApps({ query: { limit: 100, cursor, search }, signal }));
}

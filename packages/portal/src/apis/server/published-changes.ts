import type { OperationResult, publications } from '@gatehouse/contract/management';
import { operation } from '../../server/operation.ts';
import { pagedQuery } from '../../server/paged-query.ts';

const listChanges = operation<typeof publications.listPublishedChanges>('GET', '/publications/{api}/{environment}/changes');

export type PublishedChange = OperationResult<typeof publications.listPublishedChanges>['items'][number];

/** The changelog of an API in an environment. */
export function publishedChangesQuery(api: string, environment: string) {
  return pagedQuery<PublishedChange>(['publications', api, environment, 'changes'], (cursor, signal) =>
    listChanges({ params: { api, environment }, query: { limit: 20, cursor }, signal }),
  );
}

import type { apps, OperationResult } from '@gatehouse/contract/management';
import { operation } from '../../server/operation.ts';
import { pagedQuery } from '../../server/paged-query.ts';

const listAuthorizations = operation<typeof apps.listAuthorizations>('GET', '/apps/{name}/authorizations');

export type Authorization = OperationResult<typeof apps.listAuthorizations>['items'][number];

/** What an app may call, and where. */
export function authorizationsQuery(app: string) {
  return pagedQuery<Authorization>(['apps', 'authorizations', app], (cursor, signal) =>
    listAuthorizations({ params: { name: app }, query: { limit: 200, cursor }, signal }),
  );
}

import type { apps, OperationResult } from '@gatehouse/contract/management';
import { operation } from '../../server/operation.ts';
import { pagedQuery } from '../../server/paged-query.ts';

const listConsumers = operation<typeof apps.listConsumers>('GET', '/apis/{name}/authorizations');

export type Consumer = OperationResult<typeof apps.listConsumers>['items'][number];

/** Which apps may call an API; only its owner may ask. */
export function consumersQuery(api: string, environment: string | undefined) {
  return pagedQuery<Consumer>(['publications', api, 'consumers', { environment }], (cursor, signal) =>
    listConsumers({ params: { name: api }, query: { limit: 200, cursor, environment }, signal }),
  );
}

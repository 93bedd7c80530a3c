import type { accessRequests, OperationResult } from '@gatehouse/contract/management';
import { operation } from '../../server/operation.ts';
import { pagedQuery } from '../../server/paged-query.ts';

const listAccessRequests = operation<typeof accessRequests.listAccessRequests>('GET', '/access-requests');

export type AccessRequest = OperationResult<typeof accessRequests.listAccessRequests>['items'][number];

export interface RequestsFilter {
  state?: AccessRequest['state'] | undefined;
  app?: string | undefined;
  api?: string | undefined;
  decidable?: boolean | undefined;
}

/** Requests for access that the user may see. */
export function accessRequestsQuery(filter: RequestsFilter) {
  return pagedQuery<AccessRequest>(['access-requests', 'list', filter], (cursor, signal) =>
    listAccessRequests({ query: { limit: 100, cursor, ...filter }, signal }),
  );
}

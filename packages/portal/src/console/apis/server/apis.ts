import type { apis, OperationResult } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';
import { pagedQuery } from '../../../server/paged-query.ts';

const listApis = operation<typeof apis.listApis>('GET', '/apis');

export type ApiSummary = OperationResult<typeof apis.listApis>['items'][number];

export interface ApisFilter {
  search?: string | undefined;
  owner?: string | undefined;
  group?: string | undefined;
  environment?: string | undefined;
  backend?: string | undefined;
}

/** The APIs that the user may see in the console. */
export function apisQuery(filter: ApisFilter) {
  return pagedQuery<ApiSummary>(['apis', 'list', filter], (cursor, signal) =>
    listApis({ query: { limit: 100, cursor, ...filter }, signal }),
  );
}

import type { OperationResult, traffic } from '@gatehouse/contract/management';
import { operation } from '../../server/operation.ts';
import { pagedQuery } from '../../server/paged-query.ts';

const listCalls = operation<typeof traffic.listCalls>('GET', '/apps/{name}/calls');

export type Call = OperationResult<typeof traffic.listCalls>['items'][number];

/** The latest calls of an app. */
export function callsQuery(app: string, filter: { errors: boolean; environment?: string | undefined }) {
  return pagedQuery<Call>(['apps', 'calls', app, filter], (cursor, signal) =>
    listCalls({ params: { name: app }, query: { limit: 100, cursor, errors: filter.errors, environment: filter.environment }, signal }),
  );
}

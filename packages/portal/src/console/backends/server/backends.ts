import type { backends, OperationResult } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';
import { pagedQuery } from '../../../server/paged-query.ts';

const listBackends = operation<typeof backends.listBackends>('GET', '/backends');

export type BackendSummary = OperationResult<typeof backends.listBackends>['items'][number];

/** Backend services whose name has these words. */
export function backendsQuery(search: string) {
  return pagedQuery<BackendSummary>(['backends', 'list', search], (cursor, signal) =>
    listBackends({ query: { limit: 200, cursor, search }, signal }),
  );
}

import type { catalog, OperationResult } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';
import { pagedQuery } from '../../../server/paged-query.ts';

const listProblems = operation<typeof catalog.listProblems>('GET', '/catalog/problems');

export type CatalogProblem = OperationResult<typeof catalog.listProblems>['items'][number];

/** What is wrong in the catalog, of one kind or of all. */
export function problemsQuery(kind: CatalogProblem['kind'] | undefined) {
  return pagedQuery<CatalogProblem>(['catalog', 'problems', { kind }], (cursor, signal) =>
    listProblems({ query: { limit: 100, cursor, kind }, signal }),
  );
}

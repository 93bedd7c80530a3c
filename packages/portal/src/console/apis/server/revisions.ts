import type { apis, OperationResult } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';
import { pagedQuery } from '../../../server/paged-query.ts';

const listRevisions = operation<typeof apis.listRevisions>('GET', '/apis/{name}/revisions');

export type Revision = OperationResult<typeof apis.listRevisions>['items'][number];

/** The revisions of an API, newest first. */
export function revisionsQuery(name: string) {
  return pagedQuery<Revision>(['apis', 'one', name, 'revisions'], (cursor, signal) =>
    listRevisions({ params: { name }, query: { limit: 100, cursor }, signal }),
  );
}

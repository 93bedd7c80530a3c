import type { apis } from '@gatehouse/contract/management';
import { queryOptions } from '@tanstack/react-query';
import { operation } from '../../../server/operation.ts';

const diffRevisions = operation<typeof apis.diffRevisions>('GET', '/apis/{name}/revisions/{revision}/diff');

/** What a revision changed against another one; undefined: the one before. Revisions never change. */
export function revisionDiffQuery(name: string, revision: number, against: number | undefined) {
  return queryOptions({
    queryKey: ['apis', 'revision', name, revision, 'diff', against ?? null],
    queryFn: ({ signal }) => diffRevisions({ params: { name, revision }, query: { against }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

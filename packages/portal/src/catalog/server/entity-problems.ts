import type { catalog } from '@gatehouse/contract/management';
import { queryOptions } from '@tanstack/react-query';
import { operation } from '../../server/operation.ts';

const listProblems = operation<typeof catalog.listProblems>('GET', '/catalog/problems');

/** What is wrong with the source of an entity. */
export function entityProblemsQuery(ref: string) {
  return queryOptions({
    queryKey: ['catalog', 'problems', 'of', ref],
    queryFn: ({ signal }) => listProblems({ query: { entity: ref, limit: 20 }, signal }),
  });
}

import type { OperationResult, portal } from '@gatehouse/contract/management';
import { queryOptions } from '@tanstack/react-query';
import { operation } from '../../../server/operation.ts';

const listPolicies = operation<typeof portal.listPolicies>('GET', '/policies');

export type PolicyKind = OperationResult<typeof portal.listPolicies>['items'][number];

/** The policies that an API may have, with their schemas; the same as long as the server runs. */
export const policiesQuery = queryOptions({
  queryKey: ['policies'],
  queryFn: async ({ signal }) => (await listPolicies({ signal })).items,
  staleTime: 10 * 60_000,
});

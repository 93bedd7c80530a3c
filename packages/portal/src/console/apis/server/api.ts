import type { apis, OperationResult } from '@gatehouse/contract/management';
import { queryOptions } from '@tanstack/react-query';
import { operation } from '../../../server/operation.ts';

const getApi = operation<typeof apis.getApi>('GET', '/apis/{name}');

export type Api = OperationResult<typeof apis.getApi>;

/** An API with its draft, and where it is published. */
export function apiQuery(name: string) {
  return queryOptions({ queryKey: ['apis', 'one', name], queryFn: ({ signal }) => getApi({ params: { name }, signal }) });
}

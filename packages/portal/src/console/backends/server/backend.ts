import type { backends, OperationResult } from '@gatehouse/contract/management';
import { queryOptions } from '@tanstack/react-query';
import { operation } from '../../../server/operation.ts';

const getBackend = operation<typeof backends.getBackend>('GET', '/backends/{name}');

export type Backend = OperationResult<typeof backends.getBackend>;

/** A backend service: its definition per environment, and which APIs use it. */
export function backendQuery(name: string) {
  return queryOptions({ queryKey: ['backends', 'one', name], queryFn: ({ signal }) => getBackend({ params: { name }, signal }) });
}

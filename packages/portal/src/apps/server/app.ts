import type { apps, OperationResult } from '@gatehouse/contract/management';
import { queryOptions } from '@tanstack/react-query';
import { operation } from '../../server/operation.ts';

const getApp = operation<typeof apps.getApp>('GET', '/apps/{name}');

export type App = OperationResult<typeof apps.getApp>;

/** One app and its credentials, without secrets. */
export function appQuery(name: string) {
  return queryOptions({ queryKey: ['apps', 'one', name], queryFn: ({ signal }) => getApp({ params: { name }, signal }) });
}

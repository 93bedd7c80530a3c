import type { catalog, OperationResult } from '@gatehouse/contract/management';
import { queryOptions } from '@tanstack/react-query';
import { operation } from '../../../server/operation.ts';

const listProviders = operation<typeof catalog.listProviders>('GET', '/catalog/providers');

export type Provider = OperationResult<typeof catalog.listProviders>['items'][number];

/** What feeds the catalog, and how each source is. */
export const providersQuery = queryOptions({
  queryKey: ['catalog', 'providers'],
  queryFn: ({ signal }) => listProviders({ signal }),
});

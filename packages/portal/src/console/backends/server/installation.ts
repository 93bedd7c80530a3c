import type { OperationResult, portal } from '@gatehouse/contract/management';
import { queryOptions } from '@tanstack/react-query';
import { operation } from '../../../server/operation.ts';

const getInstallation = operation<typeof portal.getInstallation>('GET', '/installation');

export type BackendTypeView = OperationResult<typeof portal.getInstallation>['backendTypes'][number];

/** What this installation is, and what may be made in it. */
export const installationQuery = queryOptions({
  queryKey: ['installation'],
  queryFn: ({ signal }) => getInstallation({ signal }),
  staleTime: 5 * 60_000,
});

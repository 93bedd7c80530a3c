import type { accessRequests } from '@gatehouse/contract/management';
import { operation } from '../../server/operation.ts';

/** Takes one's own request back. */
export const withdrawAccess = operation<typeof accessRequests.withdrawAccess>('DELETE', '/access-requests/{id}');

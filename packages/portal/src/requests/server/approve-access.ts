import type { accessRequests } from '@gatehouse/contract/management';
import { operation } from '../../server/operation.ts';

/** Approves a request. */
export const approveAccess = operation<typeof accessRequests.approveAccess>('POST', '/access-requests/{id}/approval');

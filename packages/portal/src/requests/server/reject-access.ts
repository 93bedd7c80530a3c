import type { accessRequests } from '@gatehouse/contract/management';
import { operation } from '../../server/operation.ts';

/** Rejects a request. */
export const rejectAccess = operation<typeof accessRequests.rejectAccess>('POST', '/access-requests/{id}/rejection');

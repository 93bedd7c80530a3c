import type { accessRequests } from '@gatehouse/contract/management';
import { operation } from '../../server/operation.ts';

/** Asks the owner of an API to let an app call it. */
export const requestAccess = operation<typeof accessRequests.requestAccess>('POST', '/apps/{name}/access-requests');

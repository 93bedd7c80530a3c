import type { Implementation } from '../operation/implementation.ts';
import { approveAccess } from './approve-access.ts';
import type { AccessRequestsDependencies } from './dependencies.ts';
import { listAccessRequests } from './list-access-requests.ts';
import { rejectAccess } from './reject-access.ts';
import { requestAccess } from './request-access.ts';
import { withdrawAccess } from './withdraw-access.ts';

/** Teams ask to call APIs of others, and those decide. */
export function accessRequestsOperations(dependencies: AccessRequestsDependencies): Implementation[] {
  return [requestAccess, listAccessRequests, approveAccess, rejectAccess, withdrawAccess].map((create) => create(dependencies));
}

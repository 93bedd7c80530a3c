import * as accessRequests from './access-requests.ts';
import * as apis from './apis.ts';
import * as apps from './apps.ts';
import * as backends from './backends.ts';
import * as catalog from './catalog.ts';
import type { Operation } from './operation.ts';
import * as portal from './portal.ts';
import * as publications from './publications.ts';
import * as sessions from './sessions.ts';
import * as system from './system.ts';
import * as traffic from './traffic.ts';

export { problemDocument } from './common.ts';
export { MANAGEMENT_ERRORS, type ManagementErrorCode } from './errors.ts';
export type { Access, Operation, OperationCall, OperationInput, OperationResult } from './operation.ts';
export * from './sign-in.ts';
export { accessRequests, apis, apps, backends, catalog, portal, publications, sessions, system, traffic };

function operationsOf(module: Record<string, unknown>): Operation[] {
  return Object.values(module).filter(
    (value): value is Operation => typeof value === 'object' && value !== null && 'statuses' in value && 'path' in value,
  );
}

/** Every operation of the management interface. */
export const OPERATIONS: readonly Operation[] = [
  backends,
  apis,
  apps,
  accessRequests,
  publications,
  traffic,
  catalog,
  portal,
  sessions,
  system,
].flatMap(operationsOf);

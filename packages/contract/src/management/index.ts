import * as apis from './apis.ts';
import * as apps from './apps.ts';
import * as backends from './backends.ts';
import * as catalog from './catalog.ts';
import type { Operation } from './operation.ts';
import * as system from './system.ts';

export { problemDocument } from './common.ts';
export { MANAGEMENT_ERRORS, type ManagementErrorCode } from './errors.ts';
export type { Access, Operation, OperationCall, OperationInput, OperationResult } from './operation.ts';
export { apis, apps, backends, catalog, system };

function operationsOf(module: Record<string, unknown>): Operation[] {
  return Object.values(module).filter(
    (value): value is Operation => typeof value === 'object' && value !== null && 'statuses' in value && 'path' in value,
  );
}

/** Every operation of the management interface. */
export const OPERATIONS: readonly Operation[] = [backends, apis, apps, catalog, system].flatMap(operationsOf);

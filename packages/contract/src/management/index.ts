import * as apis from './apis.ts';
import * as apps from './apps.ts';
import * as backends from './backends.ts';
import type { AnyOperation } from './common.ts';
import * as system from './system.ts';

export { type AnyOperation, problemDocument } from './common.ts';
export { MANAGEMENT_ERRORS, type ManagementErrorCode } from './errors.ts';
export type { Access, Operation, OperationCall, OperationInput, OperationResult } from './operation.ts';
export { apis, apps, backends, system };

function operationsOf(module: Record<string, unknown>): AnyOperation[] {
  return Object.values(module).filter(
    (value): value is AnyOperation => typeof value === 'object' && value !== null && 'statuses' in value && 'path' in value,
  );
}

/** Every operation of the management interface. */
export const OPERATIONS: readonly AnyOperation[] = [backends, apis, apps, system].flatMap(operationsOf);

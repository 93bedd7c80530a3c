import type { apis, OperationResult } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';

/** Sends a request through the gateway and tells what each step did with it. */
export const debugApi = operation<typeof apis.debugApi>('POST', '/apis/{name}/debug');

export type DebugResult = OperationResult<typeof apis.debugApi>;

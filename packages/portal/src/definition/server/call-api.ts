import type { OperationResult, publications } from '@gatehouse/contract/management';
import { operation } from '../../server/operation.ts';

/** Sends a request through the gateway, as an app or as nobody. */
export const callApi = operation<typeof publications.tryPublication>('POST', '/publications/{api}/{environment}/calls');

export type CallResult = OperationResult<typeof publications.tryPublication>;

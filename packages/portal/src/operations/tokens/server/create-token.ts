import type { OperationResult, system } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';

/** Makes an access token; its answer is the only one that holds the token. */
export const createToken = operation<typeof system.createToken>('POST', '/tokens');

export type CreatedToken = OperationResult<typeof system.createToken>;

import type { OperationResult, system } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';
import { pagedQuery } from '../../../server/paged-query.ts';

const listTokens = operation<typeof system.listTokens>('GET', '/tokens');

export type Token = OperationResult<typeof system.listTokens>['items'][number];

/** Every access token, without the tokens themselves. */
export const tokensQuery = pagedQuery<Token>(['tokens'], (cursor, signal) => listTokens({ query: { limit: 200, cursor }, signal }));

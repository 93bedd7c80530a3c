import type { OperationResult, system } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';
import { pagedQuery } from '../../../server/paged-query.ts';

const listNodes = operation<typeof system.listNodes>('GET', '/nodes');

export type Node = OperationResult<typeof system.listNodes>['items'][number];

/** Every gateway node, with what it has applied. */
export const nodesQuery = pagedQuery<Node>(['nodes'], (cursor, signal) => listNodes({ query: { limit: 200, cursor }, signal }));

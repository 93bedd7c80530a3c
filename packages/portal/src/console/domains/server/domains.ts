import type { OperationResult, system } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';
import { pagedQuery } from '../../../server/paged-query.ts';

const listDomains = operation<typeof system.listDomains>('GET', '/domains');

export type Domain = OperationResult<typeof system.listDomains>['items'][number];

/** Hosts that are bound, and what their paths lead to. */
export const domainsQuery = pagedQuery<Domain>(['domains', 'list'], (cursor, signal) =>
  listDomains({ query: { limit: 100, cursor }, signal }),
);

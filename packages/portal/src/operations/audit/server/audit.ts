import type { OperationResult, system } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';
import { pagedQuery } from '../../../server/paged-query.ts';

const listAudit = operation<typeof system.listAudit>('GET', '/audit');

export type AuditEntry = OperationResult<typeof system.listAudit>['items'][number];

export interface AuditFilter {
  actor?: string | undefined;
  action?: string | undefined;
  resource?: string | undefined;
  /** RFC 3339. */
  since?: string | undefined;
  until?: string | undefined;
}

/** Who changed what, the latest first. */
export function auditQuery(filter: AuditFilter) {
  return pagedQuery<AuditEntry>(['audit', filter], (cursor, signal) => listAudit({ query: { limit: 100, cursor, ...filter }, signal }));
}

import type { Database } from '@gatehouse/database';
import type { Implementation } from '../operation/implementation.ts';
import type { ControlTables } from '../schema/tables.ts';
import { listAudit } from './list-audit.ts';

export interface AuditDependencies {
  database: Database<ControlTables>;
}

/** Reading the audit; it is written by the changes themselves. */
export function auditOperations(dependencies: AuditDependencies): Implementation[] {
  return [listAudit(dependencies)];
}

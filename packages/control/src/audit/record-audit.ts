import { type Transaction, takeNumber } from '@gatehouse/database';
import type { ControlTables } from '../schema/tables.ts';

/** Who does it: a caller of the management interface, or `file` for the configuration file. */
export interface Actor {
  name: string;
  address: string | null;
  requestId: string | null;
}

export interface AuditEntry {
  /** Id of the operation. */
  action: string;
  /** `apis/petstore`. */
  resource: string;
  owner: string | null;
  environment?: string;
  /** What was and what is, without secrets; undefined: it was not, or is no more. */
  before?: unknown;
  after?: unknown;
}

/** Writes the audit row of a change, in the change's own transaction. */
export async function recordAudit(tx: Transaction<ControlTables>, actor: Actor, entry: AuditEntry, atMs: number): Promise<void> {
  await tx
    .insertInto('audit')
    .values({
      number: await takeNumber(tx, 'audit'),
      at: atMs,
      actor: actor.name,
      action: entry.action,
      resource: entry.resource,
      owner: entry.owner,
      environment: entry.environment ?? null,
      before: entry.before === undefined ? null : JSON.stringify(entry.before),
      after: entry.after === undefined ? null : JSON.stringify(entry.after),
      address: actor.address,
      request_id: actor.requestId,
    })
    .execute();
}

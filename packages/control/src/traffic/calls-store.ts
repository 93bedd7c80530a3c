import type { CallRecord } from '@gatehouse/contract';
import type { Database, Transaction } from '@gatehouse/database';
import { newId } from '../schema/new-id.ts';
import type { ControlTables } from '../schema/tables.ts';

/** The newest calls that are kept of an app, and of those in which it was only named. */
const CALLS_MAX = 1_000;
const UNPROVEN_CALLS_MAX = 200;

const ROWS_PER_STATEMENT = 200;

export interface CallsOfReport {
  /** Name of the node. */
  node: string;
  /** From its clock to ours. */
  shiftMs: number;
  nowMs: number;
  /** Also removes all but the newest of these apps. Not needed each time. */
  trims: boolean;
}

/** Stores calls of apps that there are. */
export async function addCalls(tx: Transaction<ControlTables>, calls: readonly CallRecord[], report: CallsOfReport): Promise<void> {
  const ids = [...new Set(calls.map(({ app }) => app))];
  if (ids.length === 0) return;
  const apps = await tx.selectFrom('apps').select('id').where('id', 'in', ids).execute();
  const known = new Set(apps.map(({ id }) => id));
  const rows = calls
    .filter(({ app }) => known.has(app))
    .map((call) => ({
      app_id: call.app,
      at: Math.min(report.nowMs, call.at + report.shiftMs),
      id: newId(),
      request_id: call.requestId,
      api: call.api,
      environment: call.environment,
      operation: call.operation,
      status: call.status,
      duration_us: Math.round(call.ms * 1000),
      code: call.code,
      proven: Number(call.proven),
      node: report.node,
    }));
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    await tx
      .insertInto('calls')
      .values(rows.slice(start, start + ROWS_PER_STATEMENT))
      .execute();
  }
  if (!report.trims) return;
  for (const { id } of apps) {
    await trimCalls(tx, id, 1, CALLS_MAX);
    await trimCalls(tx, id, 0, UNPROVEN_CALLS_MAX);
  }
}

/** Removes all but the newest calls of an app. */
async function trimCalls(tx: Transaction<ControlTables>, appId: string, proven: 0 | 1, kept: number): Promise<void> {
  const oldest = await tx
    .selectFrom('calls')
    .select('at')
    .where('app_id', '=', appId)
    .where('proven', '=', proven)
    .orderBy('at', 'desc')
    .limit(1)
    .offset(kept - 1)
    .executeTakeFirst();
  if (oldest === undefined) return;
  await tx.deleteFrom('calls').where('app_id', '=', appId).where('proven', '=', proven).where('at', '<', oldest.at).execute();
}

/** Deletes calls that are older; returns how many. */
export async function deleteCallsBefore(database: Database<ControlTables>, atMs: number): Promise<number> {
  return database.transaction(async (tx) => {
    const { numDeletedRows } = await tx.deleteFrom('calls').where('at', '<', atMs).executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  });
}

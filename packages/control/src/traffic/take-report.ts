import type { TrafficReport } from '@gatehouse/contract';
import type { Database, Transaction } from '@gatehouse/database';
import type { HubLog } from '../nodes/hub-log.ts';
import { Refusal } from '../operation/refusal.ts';
import type { ControlTables } from '../schema/tables.ts';
import { addErrors, addTraffic } from './add-rows.ts';
import { addCalls } from './calls-store.ts';
import { type NewRows, toRows } from './to-rows.ts';
import { MINUTE_MS } from './traffic-columns.ts';

/** Who sends a report. */
export interface TrafficSender {
  nodeId: string;
  /** Id of the token that it is sent with; null: the embedded node. */
  token: string | null;
  /** Its stream is held here, so it is known whose the node is. */
  isConnected: boolean;
}

/** Clocks that are so close count as the same: moving times by less would only set them apart from what the node logs. */
const CLOCK_TOLERANCE_MS = 5_000;

/** Starts of one node that are known: only reports that are on the way come a second time. */
const BOOTS_MAX = 20;

/** Calls are cut back to the newest with every so manieth report of a node. */
const TRIM_EVERY = 20;

/**
 * Stores what a report says, all of it or nothing; false when it was stored before. Throws `Refusal` (`access.denied`) for a node that is
 * another token's, and `DatabaseUnavailableError`: the node keeps the report then.
 */
export async function takeReport(
  database: Database<ControlTables>,
  sender: TrafficSender,
  report: TrafficReport,
  nowMs: number,
  log?: Pick<HubLog, 'warn'>,
): Promise<boolean> {
  const shift = nowMs - report.sentAt;
  const shiftMs = Math.abs(shift) <= CLOCK_TOLERANCE_MS ? 0 : shift;
  const isTaken = await database.transaction(async (tx) => {
    const node = await tx.selectFrom('nodes').select(['name', 'token', 'kind']).where('id', '=', sender.nodeId).executeTakeFirst();
    if (!sender.isConnected && !isSenders(node, sender)) throw new Refusal('access.denied', 'This node is not known as one of this token');
    if (!(await isNew(tx, sender.nodeId, report, nowMs))) return false;
    await forgetBoots(tx, sender.nodeId);
    const apis = await readApis(tx, report);
    const rows: NewRows = { traffic: [], errors: [] };
    for (const series of report.series) {
      const api = apis.get(series.api);
      const at = Math.floor(Math.min(nowMs, series.minute + shiftMs) / MINUTE_MS) * MINUTE_MS;
      // What was carried for one that is gone is not that of another of its name, which may be somebody else's.
      if (api === undefined || at + MINUTE_MS <= api.createdAtMs) continue;
      const added = toRows(api.id, at, series);
      rows.traffic.push(...added.traffic);
      rows.errors.push(...added.errors);
    }
    await addTraffic(tx, rows.traffic);
    await addErrors(tx, rows.errors);
    await addCalls(tx, report.calls, { node: node?.name ?? sender.nodeId, shiftMs, nowMs, trims: report.sequence % TRIM_EVERY === 0 });
    return true;
  });
  if (isTaken && report.lost > 0)
    log?.warn(
      { node: sender.nodeId, requests: report.lost },
      'A gateway node could not tell of its traffic for too long: figures are lost',
    );
  return isTaken;
}

function isSenders(node: { token: string | null; kind: string } | undefined, { token }: TrafficSender): boolean {
  return node !== undefined && node.token === token && (token !== null || node.kind === 'embedded');
}

/** Notes the number of a report. Whoever has the same at the same time waits here, and then knows that it is not new any more. */
async function isNew(
  tx: Transaction<ControlTables>,
  nodeId: string,
  { bootId, sequence }: Pick<TrafficReport, 'bootId' | 'sequence'>,
  nowMs: number,
): Promise<boolean> {
  const noted = await tx
    .insertInto('traffic_nodes')
    .values({ node_id: nodeId, boot_id: bootId, sequence, at: nowMs })
    .onConflict((conflict) =>
      conflict.columns(['node_id', 'boot_id']).doUpdateSet({ sequence, at: nowMs }).where('traffic_nodes.sequence', '<', sequence),
    )
    .returning('sequence')
    .executeTakeFirst();
  return noted !== undefined;
}

/** Removes all but the newest starts of a node: whoever has its token names them. */
async function forgetBoots(tx: Transaction<ControlTables>, nodeId: string): Promise<void> {
  const boots = await tx
    .selectFrom('traffic_nodes')
    .select('boot_id')
    .where('node_id', '=', nodeId)
    .orderBy('at', 'desc')
    .offset(BOOTS_MAX)
    .limit(1_000)
    .execute();
  if (boots.length === 0) return;
  const ids = boots.map(({ boot_id }) => boot_id);
  await tx.deleteFrom('traffic_nodes').where('node_id', '=', nodeId).where('boot_id', 'in', ids).execute();
}

/** The APIs of a report, by name. A name is never given to another API as long as there is one of it. */
async function readApis(
  tx: Transaction<ControlTables>,
  { series }: TrafficReport,
): Promise<Map<string, { id: string; createdAtMs: number }>> {
  const names = [...new Set(series.map(({ api }) => api))];
  if (names.length === 0) return new Map();
  const rows = await tx.selectFrom('apis').select(['id', 'name', 'created_at']).where('name', 'in', names).execute();
  return new Map(rows.map((row) => [row.name, { id: row.id, createdAtMs: row.created_at }]));
}

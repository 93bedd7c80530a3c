import { isIP } from 'node:net';
import type { DebugCall, DebugResult } from '@gatehouse/contract';
import type { Database } from '@gatehouse/database';
import type { Caller } from '../access/caller.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { toActor } from '../operation/actor.ts';
import type { ControlTables } from '../schema/tables.ts';

export interface DebugDependencies {
  database: Database<ControlTables>;
  /** Sends a request through a gateway node. Throws `Refusal` `debug.unavailable`. */
  debug(call: DebugCall): Promise<DebugResult>;
}

/** A request that a caller of the management interface sends through the gateway. */
export interface SentRequest {
  /** Id of the operation. */
  action: string;
  api: { name: string; owner: string | null };
  environment: string;
  /** Null: as nobody. */
  app: { id: string; name: string } | null;
  request: DebugCall['request'];
  /** Counts as where the request comes from; absent: this machine. */
  clientAddress?: string;
}

/**
 * Sends it. Who sent it is in the audit before: at the backend it is a call like any other, and the app's credentials were not needed
 * for it.
 */
export async function sendRequest(
  { database, debug }: DebugDependencies,
  call: { caller: Caller; address: string; requestId: string },
  { action, api, environment, app, request, clientAddress }: SentRequest,
): Promise<DebugResult> {
  await database.transaction((tx) => {
    const entry = {
      action,
      resource: `apis/${api.name}`,
      owner: api.owner,
      environment,
      after: { app: app?.name ?? null, method: request.method, path: toPath(request.path) },
    };
    return recordAudit(tx, toActor(call), entry, Date.now());
  });
  const address = clientAddress?.replace(/^::ffff:(?=\d{1,3}\.)/i, '') ?? '';
  return debug({
    api: api.name,
    environment,
    app: app?.id ?? null,
    request,
    ...(isIP(address) === 0 ? {} : { clientAddress: address }),
  });
}

/** Without the query, which may hold credentials. */
function toPath(path: string): string {
  return path.split(/[?#]/, 1)[0] ?? '';
}

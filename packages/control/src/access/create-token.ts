import { system } from '@gatehouse/contract/management';
import { recordAudit } from '../audit/record-audit.ts';
import { toActor } from '../operation/actor.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { refuseInvalid } from '../operation/refuse-invalid.ts';
import { toExpiry } from '../operation/timestamp.ts';
import { newId } from '../schema/new-id.ts';
import { newAccessToken } from '../secrets/credentials.ts';
import type { Role } from './caller.ts';
import type { AccessDependencies } from './operations.ts';
import { toToken } from './to-token.ts';
import type { TokenRow } from './tokens-store.ts';

export function createToken({ database, key, nowMs }: AccessDependencies): Implementation {
  return implement(system.createToken, async (call) => {
    const { name, role, teams, expiresAt } = call.body;
    const now = nowMs();
    checkTeams(role, teams);
    const token = newAccessToken();
    const row: TokenRow = {
      id: newId(),
      name,
      hash: key.hashToken(token),
      role,
      teams: JSON.stringify([...new Set(teams)].sort()),
      created_at: now,
      created_by: call.caller.name,
      expires_at: toExpiry(expiresAt, now),
      last_used_at: null,
    };
    const shown = toToken(row);
    await database.transaction(async (tx) => {
      await tx.insertInto('tokens').values(row).execute();
      const entry = { action: system.createToken.id, resource: `tokens/${row.id}`, owner: null, after: shown };
      await recordAudit(tx, toActor(call), entry, now);
    });
    return { body: { ...shown, token } };
  });
}

/** A token whose teams have no meaning, or without which it reaches nothing, was meant to be another. */
function checkTeams(role: Role, teams: readonly string[]): void {
  if ((role === 'admin' || role === 'node') && teams.length > 0) refuseInvalid(['body', 'teams'], `must be empty for the role ${role}`);
  if ((role === 'developer' || role === 'publisher') && teams.length === 0) {
    refuseInvalid(['body', 'teams'], `must name one team at least: the role ${role} reaches what its teams own`);
  }
}

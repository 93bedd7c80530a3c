import { system } from '@gatehouse/contract/management';
import { recordAudit } from '../audit/record-audit.ts';
import { toActor } from '../operation/actor.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { notFound } from '../operation/refusal.ts';
import type { AccessDependencies } from './operations.ts';
import { toToken } from './to-token.ts';
import { deleteToken } from './tokens-store.ts';

export function revokeToken({ database, authenticator, nowMs }: AccessDependencies): Implementation {
  return implement(system.revokeToken, async (call) => {
    const { id } = call.params;
    await database.transaction(async (tx) => {
      const row = await deleteToken(tx, id);
      if (row === undefined) throw notFound('token', id);
      const entry = { action: system.revokeToken.id, resource: `tokens/${id}`, owner: null, before: toToken(row) };
      await recordAudit(tx, toActor(call), entry, nowMs());
    });
    authenticator.forgetAll();
    return { body: { revoked: id } };
  });
}

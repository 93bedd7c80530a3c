import { system } from '@gatehouse/contract/management';
import { type Implementation, implement } from '../operation/implementation.ts';
import { notFound } from '../operation/refusal.ts';
import type { AccessDependencies } from './operations.ts';
import { toToken } from './to-token.ts';
import { findToken } from './tokens-store.ts';

export function getToken({ database }: AccessDependencies): Implementation {
  return implement(system.getToken, async ({ params: { id } }) => {
    const row = await findToken(database.read, id);
    if (row === undefined) throw notFound('token', id);
    return { body: toToken(row) };
  });
}

import { system } from '@gatehouse/contract/management';
import { z } from 'zod';
import { type Implementation, implement } from '../operation/implementation.ts';
import { fromCursor, toPage } from '../operation/paging.ts';
import type { AccessDependencies } from './operations.ts';
import { toToken } from './to-token.ts';
import { listTokenRows } from './tokens-store.ts';

const keys = z.tuple([z.number().int(), z.string()]);

export function listTokens({ database }: AccessDependencies): Implementation {
  return implement(system.listTokens, async ({ query }) => {
    const rows = await listTokenRows(database.read, fromCursor(query.cursor, keys), query.limit + 1);
    return { body: toPage(rows, query.limit, toToken, (row) => [row.created_at, row.id]) };
  });
}

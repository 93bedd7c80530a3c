import type { system } from '@gatehouse/contract/management';
import type { z } from 'zod';
import { toTimestamp, toTimestampOrNull } from '../operation/timestamp.ts';
import type { Role } from './caller.ts';
import type { TokenRow } from './tokens-store.ts';

/** A token as the interface and the audit show it: without the hash. */
export function toToken(row: TokenRow): z.output<typeof system.token> {
  return {
    id: row.id,
    name: row.name,
    role: row.role as Role,
    teams: JSON.parse(row.teams) as string[],
    createdAt: toTimestamp(row.created_at),
    createdBy: row.created_by,
    expiresAt: toTimestampOrNull(row.expires_at),
    lastUsedAt: toTimestampOrNull(row.last_used_at),
  };
}

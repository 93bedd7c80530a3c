import type { apps } from '@gatehouse/contract/management';
import type { z } from 'zod';
import { toTimestamp, toTimestampOrNull } from '../operation/timestamp.ts';
import type { AppRow } from './apps-store.ts';
import type { CredentialRow } from './credentials-store.ts';

export function toAppSummary(row: AppRow): z.output<typeof apps.appSummary> {
  return {
    name: row.name,
    owner: row.owner,
    description: row.description,
    version: row.version,
    managedBy: row.managed_by,
    createdAt: toTimestamp(row.created_at),
    updatedAt: toTimestamp(row.updated_at),
  };
}

export function toAppDetail(row: AppRow, credentials: readonly CredentialRow[]): z.output<typeof apps.appDetail> {
  return {
    ...toAppSummary(row),
    credentials: credentials.map(({ app_key, created_at, expires_at }) => ({
      appKey: app_key,
      createdAt: toTimestamp(created_at),
      expiresAt: toTimestampOrNull(expires_at),
    })),
  };
}

/** What the audit keeps of an app. */
export function toAppState(row: Pick<AppRow, 'name' | 'owner' | 'description'>): {
  name: string;
  owner: string | null;
  description: string | null;
} {
  return { name: row.name, owner: row.owner, description: row.description };
}

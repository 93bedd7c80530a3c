import type { DomainSnapshot } from '@gatehouse/contract';
import type { system } from '@gatehouse/contract/management';
import type { Kysely, Selectable } from 'kysely';
import type { z } from 'zod';
import { toTimestamp } from '../operation/timestamp.ts';
import type { ControlTables, DomainsTable } from '../schema/tables.ts';

export type DomainRow = Selectable<DomainsTable>;
export type Mapping = DomainSnapshot['mappings'][number];

/** Not locked: whoever changes a domain calls `beginLive` first, and reads it afterwards. */
export function findDomain(db: Kysely<ControlTables>, host: string): Promise<DomainRow | undefined> {
  return db.selectFrom('domains').selectAll().where('host', '=', host).executeTakeFirst();
}

export function readMappings(row: Pick<DomainRow, 'mappings'>): Mapping[] {
  return JSON.parse(row.mappings) as Mapping[];
}

/** Mappings as they are stored. */
export function toMappingsText(mappings: readonly Mapping[]): string {
  return JSON.stringify(mappings.map(({ path, api, environment }) => ({ path, api, environment })));
}

/** The domain is bound to these mappings, and is whose it is to be. */
export function isBoundSo(row: Pick<DomainRow, 'mappings' | 'managed_by'>, mappings: string, managedBy: string | null): boolean {
  return row.mappings === mappings && row.managed_by === (managedBy ?? row.managed_by);
}

/** What the audit tells of a domain. */
export function describeDomain(row: Pick<DomainRow, 'mappings' | 'managed_by'>): { mappings: Mapping[]; managedBy: string | null } {
  return { mappings: readMappings(row), managedBy: row.managed_by };
}

export function toDomainDetail(row: DomainRow, mappings: Mapping[]): z.input<typeof system.putDomain.result> {
  return {
    host: row.host,
    mappings,
    version: row.version,
    managedBy: row.managed_by,
    createdAt: toTimestamp(row.created_at),
    updatedAt: toTimestamp(row.updated_at),
  };
}

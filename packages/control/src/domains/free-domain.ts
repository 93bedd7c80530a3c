import type { Change } from '../publishing/change.ts';
import { type DomainRow, readMappings } from './domain-rows.ts';

/** Frees a host. */
export async function freeDomain(change: Change, row: DomainRow): Promise<void> {
  await change.beginLive(`domains/${row.host}`);
  await change.tx.deleteFrom('domains').where('host', '=', row.host).execute();
  change.audit({ action: 'domains.delete', resource: `domains/${row.host}`, owner: null, before: { mappings: readMappings(row) } });
}

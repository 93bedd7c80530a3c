import type { Change } from '../publishing/change.ts';
import { type DomainRow, describeDomain } from './domain-rows.ts';

/** Frees a host. `beginLive` must have been called before the row was read. */
export async function freeDomain(change: Change, row: DomainRow): Promise<void> {
  await change.tx.deleteFrom('domains').where('host', '=', row.host).execute();
  change.audit({ action: 'domains.delete', resource: `domains/${row.host}`, owner: null, before: describeDomain(row) });
}

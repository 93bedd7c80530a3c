import { refuseManaged } from '../operation/refusal.ts';
import type { Change } from '../publishing/change.ts';
import { describeDomain, readMappings } from './domain-rows.ts';
import { freeDomain } from './free-domain.ts';

/**
 * Takes an API out of all domains; one that leads nowhere afterwards is freed. Returns their hosts. `beginLive` must have been called.
 * Throws `managed.by-file` for a domain of the file.
 */
export async function removeMappings(change: Change, api: string): Promise<string[]> {
  const { tx, atMs } = change;
  const hosts: string[] = [];
  for (const row of await tx.selectFrom('domains').selectAll().orderBy('host').execute()) {
    const mappings = readMappings(row);
    const left = mappings.filter((mapping) => mapping.api !== api);
    if (left.length === mappings.length) continue;
    if (change.managedBy === null) refuseManaged(row, `The domain "${row.host}", which leads to the API "${api}",`);
    hosts.push(row.host);
    if (left.length === 0) {
      await freeDomain(change, row);
      continue;
    }
    const after = { mappings: JSON.stringify(left), managed_by: row.managed_by };
    await tx
      .updateTable('domains')
      .set({ ...after, version: row.version + 1, updated_at: atMs })
      .where('host', '=', row.host)
      .execute();
    const states = { before: describeDomain(row), after: describeDomain(after) };
    change.audit({ action: 'domains.put', resource: `domains/${row.host}`, owner: null, ...states });
  }
  return hosts;
}

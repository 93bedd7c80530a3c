import type { DomainSnapshot } from '@gatehouse/contract';
import { bindDomain } from '../domains/bind-domain.ts';
import { type DomainRow, isBoundSo, toMappingsText } from '../domains/domain-rows.ts';
import { freeDomain } from '../domains/free-domain.ts';
import type { Change } from '../publishing/change.ts';

/** Makes domains what the file says; those that the file had and has no more are freed. */
export async function applyDomains(change: Change, domains: readonly DomainSnapshot[]): Promise<void> {
  const readAll = async (): Promise<DomainRow[]> => change.tx.selectFrom('domains').selectAll().orderBy('host').execute();
  const wanted = new Map(domains.map((domain) => [domain.host, domain]));
  const rows = await readAll();
  const known = new Map(rows.map((row) => [row.host, row]));
  for (const domain of domains) {
    const row = known.get(domain.host);
    if (row === undefined || !isBoundSo(row, toMappingsText(domain.mappings), change.managedBy)) await bindDomain(change, domain);
  }
  const isDropped = (row: DomainRow) => row.managed_by === change.managedBy && !wanted.has(row.host);
  const dropped = rows.find(isDropped);
  if (dropped === undefined) return;
  await change.beginLive(`domains/${dropped.host}`);
  // Again: only now nobody else changes them.
  for (const row of (await readAll()).filter(isDropped)) await freeDomain(change, row);
}

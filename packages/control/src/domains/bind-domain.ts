import type { DomainSnapshot } from '@gatehouse/contract';
import { Refusal } from '../operation/refusal.ts';
import type { Change } from '../publishing/change.ts';
import { refuseUnknownEnvironments } from '../publishing/refuse-unknown-environments.ts';
import { type DomainRow, describeDomain, findDomain, isBoundSo, toMappingsText } from './domain-rows.ts';

/**
 * Binds a host: its paths lead to APIs in environments, published there or not yet. Does nothing when it is bound so already. Throws
 * `reference.unknown`, `environment.unknown` and what `accept` throws of the domain as it is; whether the mappings contradict each other is checked when the change ends.
 */
export async function bindDomain(
  change: Change,
  { host, mappings }: DomainSnapshot,
  accept: (before: DomainRow | undefined) => void = () => undefined,
): Promise<{ row: DomainRow; isCreated: boolean }> {
  const { tx, atMs, managedBy } = change;
  const text = toMappingsText(mappings);
  const early = await findDomain(tx, host);
  accept(early);
  if (early !== undefined && isBoundSo(early, text, managedBy)) return { row: early, isCreated: false };
  await change.beginLive(`domains/${host}`);
  await refuseUnknownEnvironments(
    tx,
    mappings.map(({ environment }) => environment),
  );
  await refuseUnknownApis(change, mappings);
  // Again: only now nobody else changes it.
  const before = await findDomain(tx, host);
  accept(before);
  if (before !== undefined && isBoundSo(before, text, managedBy)) return { row: before, isCreated: false };
  const row: DomainRow = {
    host,
    mappings: text,
    managed_by: managedBy ?? before?.managed_by ?? null,
    version: (before?.version ?? 0) + 1,
    created_at: before?.created_at ?? atMs,
    updated_at: atMs,
  };
  await tx
    .insertInto('domains')
    .values(row)
    .onConflict((conflict) => conflict.column('host').doUpdateSet(row))
    .execute();
  change.audit({
    action: 'domains.put',
    resource: `domains/${host}`,
    owner: null,
    ...(before === undefined ? {} : { before: describeDomain(before) }),
    after: describeDomain(row),
  });
  return { row, isCreated: before === undefined };
}

async function refuseUnknownApis({ tx }: Change, mappings: DomainSnapshot['mappings']): Promise<void> {
  const names = [...new Set(mappings.map(({ api }) => api))];
  const known = new Set((await tx.selectFrom('apis').select('name').where('name', 'in', names).execute()).map(({ name }) => name));
  const problems = mappings.flatMap(({ api }, index) =>
    known.has(api)
      ? []
      : [
          {
            severity: 'error' as const,
            code: 'reference.unknown',
            message: `There is no API "${api}"`,
            path: ['body', 'mappings', index, 'api'],
          },
        ],
  );
  if (problems[0] !== undefined) throw new Refusal('reference.unknown', problems[0].message, { problems });
}

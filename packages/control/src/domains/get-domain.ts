import { system } from '@gatehouse/contract/management';
import { type Implementation, implement } from '../operation/implementation.ts';
import { notFound } from '../operation/refusal.ts';
import type { DomainsDependencies } from './dependencies.ts';
import { findDomain, toDomainDetail } from './domain-rows.ts';
import { visibleMappings } from './visible-mappings.ts';

export function getDomain({ database }: DomainsDependencies): Implementation {
  return implement(system.getDomain, async ({ caller, params }) =>
    database.snapshot(async (tx) => {
      const host = params.host.toLowerCase();
      const row = await findDomain(tx, host);
      const mappings = row === undefined ? [] : (await visibleMappings(tx, caller))(row);
      if (row === undefined || mappings === undefined) throw notFound('domain', host);
      return { body: toDomainDetail(row, mappings), version: row.version };
    }),
  );
}

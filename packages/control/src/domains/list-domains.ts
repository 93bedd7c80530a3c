import { system } from '@gatehouse/contract/management';
import { z } from 'zod';
import { type Implementation, implement } from '../operation/implementation.ts';
import { fromCursor, toPage } from '../operation/paging.ts';
import type { DomainsDependencies } from './dependencies.ts';
import { readMappings, toDomainDetail } from './domain-rows.ts';

const cursorKeys = z.tuple([z.string()]);

/** Who does not see everything sees the hosts and paths that lead to APIs of their own. */
export function listDomains({ database }: DomainsDependencies): Implementation {
  return implement(system.listDomains, async ({ caller, query: { limit, cursor } }) => {
    const after = fromCursor(cursor, cursorKeys)?.[0];
    const rows = await database.read
      .selectFrom('domains')
      .selectAll()
      .$if(after !== undefined, (select) => select.where('host', '>', after ?? ''))
      .orderBy('host')
      .$if(caller.seesAll, (select) => select.limit(limit + 1))
      .execute();
    if (caller.seesAll)
      return {
        body: toPage(
          rows,
          limit,
          (row) => toDomainDetail(row, readMappings(row)),
          (row) => [row.host],
        ),
      };
    const own =
      caller.teams.length === 0
        ? []
        : await database.read
            .selectFrom('apis')
            .select('name')
            .where('owner', 'in', [...caller.teams])
            .execute();
    const names = new Set(own.map(({ name }) => name));
    const visible = rows
      .map((row) => ({ row, mappings: readMappings(row).filter(({ api }) => names.has(api)) }))
      .filter(({ mappings }) => mappings.length > 0)
      .slice(0, limit + 1);
    return {
      body: toPage(
        visible,
        limit,
        ({ row, mappings }) => toDomainDetail(row, mappings),
        ({ row }) => [row.host],
      ),
    };
  });
}

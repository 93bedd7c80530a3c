import { system } from '@gatehouse/contract/management';
import { z } from 'zod';
import { type Implementation, implement } from '../operation/implementation.ts';
import { fromCursor, toPage } from '../operation/paging.ts';
import type { DomainsDependencies } from './dependencies.ts';
import { toDomainDetail } from './domain-rows.ts';
import { visibleMappings } from './visible-mappings.ts';

const cursorKeys = z.tuple([z.string()]);

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
    const mappingsOf = await visibleMappings(database.read, caller);
    const visible = rows.flatMap((row) => {
      const mappings = mappingsOf(row);
      return mappings === undefined ? [] : [{ row, mappings }];
    });
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

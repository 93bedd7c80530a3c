import type { Kysely } from 'kysely';
import type { Caller } from '../access/caller.ts';
import type { ControlTables } from '../schema/tables.ts';
import { type DomainRow, type Mapping, readMappings } from './domain-rows.ts';

/**
 * What a caller may see of domains: who does not see everything sees the hosts and paths that lead to APIs of their own. Undefined: none
 * of this domain.
 */
export async function visibleMappings(
  db: Kysely<ControlTables>,
  caller: Caller,
): Promise<(row: Pick<DomainRow, 'mappings'>) => Mapping[] | undefined> {
  if (caller.seesAll) return readMappings;
  const own =
    caller.teams.length === 0
      ? []
      : await db
          .selectFrom('apis')
          .select('name')
          .where('owner', 'in', [...caller.teams])
          .execute();
  const names = new Set(own.map(({ name }) => name));
  return (row) => {
    const mappings = readMappings(row).filter(({ api }) => names.has(api));
    return mappings.length === 0 ? undefined : mappings;
  };
}

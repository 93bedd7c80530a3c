import { type Expression, type Kysely, type SqlBool, sql } from 'kysely';
import type { Caller } from '../access/caller.ts';
import { matches } from '../schema/matches.ts';
import type { ControlTables } from '../schema/tables.ts';

/** Something of the console that the caller may see. */
export interface FoundResource {
  kind: 'api' | 'app' | 'backend';
  name: string;
  title: string | null;
  description: string | null;
  owner: string | null;
  /** Of a backend service. */
  type: string | null;
  /** Of an API: it is live somewhere. */
  isPublished: boolean;
  /** 0: it has this name; 1: its name begins so; 2: it is in its name; 3: elsewhere. */
  rank: number;
}

const WORDS_MAX = 8;

/** What of the caller's own has every word, best names first; at most `limit` of each kind. */
export async function findResources(
  db: Kysely<ControlTables>,
  caller: Caller,
  { query, limit }: { query: string; limit: number },
): Promise<FoundResource[]> {
  const text = query.trim();
  const words = text.split(/\s+/).slice(0, WORDS_MAX);
  // Nothing of the console is called like a path: who asks for one means an operation.
  if (text === '' || words.some((word) => word.startsWith('/'))) return [];
  const rank = rankOf(text);
  const has = (columns: readonly string[]) => allOf(words.map((word) => matches(columns, word)));
  const { seesAll, teams } = caller;
  const seesOwned = seesAll || teams.length > 0;
  const apis = seesOwned
    ? await db
        .selectFrom('apis')
        .select(['name', 'title', 'description', 'owner', rank.as('rank')])
        .select((eb) =>
          eb
            .exists(eb.selectFrom('publications').select('publications.api_id').whereRef('publications.api_id', '=', 'apis.id'))
            .as('isPublished'),
        )
        .where(has(['name', 'title', 'description', 'owner']))
        .$if(!seesAll, (select) => select.where('owner', 'in', [...teams]))
        .orderBy('rank')
        .orderBy('name')
        .limit(limit)
        .execute()
    : [];
  const apps = seesOwned
    ? await db
        .selectFrom('apps')
        .select(['name', 'description', 'owner', rank.as('rank')])
        .where(has(['name', 'description', 'owner']))
        .$if(!seesAll, (select) => select.where('owner', 'in', [...teams]))
        .orderBy('rank')
        .orderBy('name')
        .limit(limit)
        .execute()
    : [];
  const backends = await db
    .selectFrom('backends')
    .select(['name', 'type', 'description', 'owner', rank.as('rank')])
    .where(has(['name', 'description', 'owner']))
    // Those that nobody owns are shared.
    .$if(!seesAll, (select) =>
      select.where((by) => by.or([by('owner', 'is', null), ...(teams.length === 0 ? [] : [by('owner', 'in', [...teams])])])),
    )
    .orderBy('rank')
    .orderBy('name')
    .limit(limit)
    .execute();
  const found: FoundResource[] = [
    ...apis.map((row) => ({ ...row, kind: 'api' as const, type: null, isPublished: Boolean(row.isPublished) })),
    ...apps.map((row) => ({ ...row, kind: 'app' as const, title: null, type: null, isPublished: false })),
    ...backends.map((row) => ({ ...row, kind: 'backend' as const, title: null, isPublished: false })),
  ];
  // Stable: of the same rank, APIs come first.
  return found.sort((a, b) => a.rank - b.rank);
}

function rankOf(text: string) {
  const escaped = text.replaceAll(/[\\%_]/g, '\\$&');
  return sql<number>`case
    when lower(name) = lower(${text}) then 0
    when lower(name) like lower(${`${escaped}%`}) escape '\\' then 1
    when lower(name) like lower(${`%${escaped}%`}) escape '\\' then 2
    else 3 end`;
}

function allOf(tests: readonly Expression<SqlBool>[]): Expression<SqlBool> {
  return sql<SqlBool>`(${sql.join(tests, sql` and `)})`;
}

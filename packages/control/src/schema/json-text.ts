import { type Kysely, type RawBuilder, SqliteAdapter, sql } from 'kysely';

/** A member of a column that holds a JSON object, as text; null where there is none. `member`: a plain name. */
export function jsonText<Schema>(db: Kysely<Schema>, column: string, member: string): RawBuilder<string | null> {
  const isSqlite = db.getExecutor().adapter instanceof SqliteAdapter;
  return isSqlite ? sql`json_extract(${sql.ref(column)}, ${`$.${member}`})` : sql`${sql.ref(column)} ->> ${member}`;
}

import { type Expression, type SqlBool, sql } from 'kysely';

type Column = string | Expression<string | null>;

/** Whether any of the columns contains the text, upper and lower case alike. Columns may be null. */
export function matches(columns: Column | readonly Column[], search: string): Expression<SqlBool> {
  const pattern = `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`;
  const tests = [columns]
    .flat()
    .map((column) => (typeof column === 'string' ? sql.ref(column) : column))
    .map((column) => sql<SqlBool>`lower(${column}) like lower(${pattern}) escape '\\'`);
  return sql<SqlBool>`(${sql.join(tests, sql` or `)})`;
}

import { type Expression, type SqlBool, sql } from 'kysely';

/** Whether any of the columns contains the text, upper and lower case alike. Columns may be null. */
export function matches(columns: string | readonly string[], search: string): Expression<SqlBool> {
  const pattern = `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`;
  const tests = [columns].flat().map((column) => sql<SqlBool>`lower(${sql.ref(column)}) like lower(${pattern}) escape '\\'`);
  return sql<SqlBool>`(${sql.join(tests, sql` or `)})`;
}

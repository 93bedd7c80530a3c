import type { Condition } from '../query/condition.ts';
import { CatalogError } from './catalog-error.ts';

/** What more would cost is not worth asking: a filter is written by people. */
const TERMS_MAX = 1_000;

/**
 * The `filter` parameters: any of them, each with all of its comma-separated terms; a key that comes twice in one is any of its
 * values. `key` alone: the entity has it. Undefined: no filter. Throws `InputError`.
 */
export function parseFilters(filters: readonly string[]): Condition | undefined {
  const any: Condition[] = [];
  let terms = 0;
  for (const filter of filters) {
    const byKey = new Map<string, string[] | undefined>();
    for (const part of filter.split(',')) {
      const term = part.trim();
      if (term === '') continue;
      if (++terms > TERMS_MAX) throw new CatalogError('InputError', `Invalid filter, more than ${TERMS_MAX} statements`);
      const equals = term.indexOf('=');
      const key = (equals === -1 ? term : term.slice(0, equals)).trim().toLowerCase();
      if (key === '') {
        throw new CatalogError(
          'InputError',
          `Invalid filter, '${term}' is not a valid statement (expected a string of the form a=b or a= or a)`,
        );
      }
      const values = byKey.get(key);
      if (equals === -1) byKey.set(key, values);
      else
        byKey.set(key, [
          ...(values ?? []),
          term
            .slice(equals + 1)
            .trim()
            .toLowerCase(),
        ]);
    }
    if (byKey.size > 0) any.push({ all: Array.from(byKey, ([key, values]) => (values === undefined ? { key } : { key, values })) });
  }
  return any.length === 0 ? undefined : { any };
}

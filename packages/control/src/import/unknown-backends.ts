import type { Place, Problem } from '@gatehouse/contract';
import { DEFINITION_PATH, type DefinitionSource } from './definition-source.ts';

const INTEGRATION = 'x-gatehouse-integration';

/** A problem for each place that names one of the backend services that do not exist, or that the caller may not see. */
export function unknownBackends(unknown: ReadonlySet<string>, apiBackend: string | undefined, source: DefinitionSource): Problem[] {
  const problems: Problem[] = [];
  const found = new Set<string>();
  const report = (name: string, path: readonly (string | number)[], place?: Place) => {
    found.add(name);
    const message = `There is no backend service "${name}": create it first, or correct the name`;
    problems.push({ severity: 'error', code: 'reference.unknown', message, path, ...(place === undefined ? {} : { place }) });
  };
  if (apiBackend !== undefined && unknown.has(apiBackend)) report(apiBackend, ['body', 'backend']);
  for (const [template, item] of entriesOf(source.value.paths)) {
    for (const [method, operation] of entriesOf(item)) {
      const name = memberOf(memberOf(operation, INTEGRATION), 'backend');
      if (typeof name === 'string' && unknown.has(name)) {
        const path = ['paths', template, method, INTEGRATION, 'backend'];
        report(name, [...DEFINITION_PATH, ...path], source.places?.placeOf(path));
      }
    }
  }
  // Named where only following references and placeholders leads.
  for (const name of unknown) if (!found.has(name)) report(name, DEFINITION_PATH);
  return problems;
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function memberOf(owner: unknown, key: string): unknown {
  return typeof owner === 'object' && owner !== null && Object.hasOwn(owner, key) ? (owner as Record<string, unknown>)[key] : undefined;
}

import { ServerError } from '../../server/server-error.ts';
import type { Domain } from './server/domains.ts';

export type Mapping = Domain['mappings'][number];

/** What is wrong with a row, by the field that it is wrong with. */
export type RowProblems = Partial<Record<keyof Mapping, string>>;

const SEGMENTS = /^(?:[A-Za-z0-9$\-_.+!*'()]+(?:\/[A-Za-z0-9$\-_.+!*'()]+)*)?$/;

/** A path as people type it, without the slashes around it. */
export function toPath(typed: string): string {
  return typed.trim().replace(/^\/{1,8}/, '');
}

/** What is wrong with a path itself, or undefined. */
function pathProblem(path: string): string | undefined {
  if (path.length > 300) return 'At most 300 characters';
  if (path.endsWith('/')) return 'Without a slash at its end';
  return SEGMENTS.test(path) ? undefined : "Segments of letters, digits and $ - _ . + ! * ' ( ), such as v1/pets";
}

/** What is wrong with each row: as it is typed, and as the server has refused it. */
export function rowProblems(mappings: readonly Mapping[], error: unknown): RowProblems[] {
  const problems: RowProblems[] = mappings.map(({ path }, index) => {
    const wrong =
      pathProblem(path) ?? (mappings.findIndex((other) => other.path === path) < index ? 'This path is there already' : undefined);
    return wrong === undefined ? {} : { path: wrong };
  });
  for (const { path, message } of error instanceof ServerError ? error.problems : []) {
    const [body, list, index, field] = path ?? [];
    const row = body === 'body' && list === 'mappings' && typeof index === 'number' ? problems[index] : undefined;
    if (row === undefined) continue;
    const at = field === 'api' || field === 'environment' ? field : 'path';
    row[at] ??= message.charAt(0).toUpperCase() + message.slice(1);
  }
  return problems;
}

/** What is wrong with a host as it is typed, or undefined; the rule is that of the server. */
export function hostProblem(host: string): string | undefined {
  if (host === '') return undefined;
  if (/[/:]/.test(host)) return 'The host alone, without scheme, port and path';
  const labels = host.replace(/^\*\./, '').split('.');
  const isHost = host.length <= 255 && labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(label));
  return isHost ? undefined : 'A host name such as api.example.com, or *. and a host name';
}

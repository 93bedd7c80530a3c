import { ServerError } from '../../server/server-error.ts';

/** What a refusal says of one field of the body that was sent, by its path; of parts of it too. */
export function errorAt(error: unknown, ...path: readonly (string | number)[]): string | undefined {
  if (!(error instanceof ServerError)) return undefined;
  const found = error.problems.find(
    (problem) =>
      problem.severity === 'error' && problem.path?.[0] === 'body' && path.every((part, index) => problem.path?.[index + 1] === part),
  );
  if (found === undefined) return undefined;
  return `${found.message.charAt(0).toUpperCase()}${found.message.slice(1)}`;
}

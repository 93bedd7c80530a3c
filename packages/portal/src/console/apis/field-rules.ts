/** What is wrong with a base path, as the server has it; undefined: nothing. */
export function basePathProblem(path: string): string | undefined {
  if (path === '/') return undefined;
  if (!path.startsWith('/')) return 'It begins with a slash, such as /petstore.';
  if (path.endsWith('/')) return 'It ends without a slash.';
  if (!/^(?:\/[A-Za-z0-9._~-]{1,200}){1,20}$/.test(path)) return 'It has plain segments, such as /petstore or /v1/pets.';
  return path.split('/').some((segment) => segment === '.' || segment === '..') ? 'It has no . or .. in it.' : undefined;
}

/** What is wrong with a duration; empty: as usual. */
export function durationProblem(text: string): string | undefined {
  return text === '' || text === '0' || /^\d{1,9}(?:\.\d{1,3})?(?:ms|s|m|h|d)$/.test(text) ? undefined : 'With its unit: 250ms, 10s, 2m.';
}

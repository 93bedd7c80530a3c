/** The part of a source host's file address that names the repository and the branch, at GitHub, GitLab and alike. */
const REPOSITORY_ROOT = /^\/[^/]{1,200}(?:\/[^/]{1,200}){1,10}?\/(?:-\/)?(?:blob|tree|raw|edit)\/[^/]{1,200}/;

/**
 * The URL that a reference in a document of `base` means, as Backstage resolves it: absolute URLs mean themselves, paths are relative to
 * the document, and in a repository a path that begins with a slash begins at the repository's root. The query of
 * the document (a branch, at some hosts) is kept. Throws a TypeError when there is no such URL.
 */
export function resolveUrl(reference: string, base: string): string {
  const absolute = URL.parse(reference);
  if (absolute !== null) return absolute.href;
  const from = new URL(base);
  const root = reference.startsWith('/') && !reference.startsWith('//') ? REPOSITORY_ROOT.exec(from.pathname)?.[0] : undefined;
  const resolved = new URL(root === undefined ? reference : root + reference, from);
  if (resolved.search === '') resolved.search = from.search;
  resolved.hash = '';
  return resolved.href;
}

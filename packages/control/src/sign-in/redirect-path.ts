/** It is kept in a cookie while somebody is at the provider, and browsers keep 4 KiB of one. */
const CHARS_MAX = 1024;
/** Stands for this installation; a path that leads away from it leads to another host. */
const HERE = 'http://here.invalid';

/**
 * Where to go after signing in: the path that was asked for, or `/` for what is none of ours. `//evil`, `/\evil`, `/%09/evil` with the tab
 * in clear, `/.//evil` and URLs lead elsewhere in browsers; what is below `/api` is no page.
 */
export function redirectPath(asked: unknown): string {
  if (typeof asked !== 'string' || asked.length > CHARS_MAX || !asked.startsWith('/')) return '/';
  // Control characters are dropped by URL parsers, and backslashes are slashes to them.
  if (/[\u0000-\u0020\u007f-\u009f\\]/.test(asked)) return '/';
  const url = URL.parse(asked, HERE);
  if (url === null || url.origin !== HERE) return '/';
  const path = url.pathname + url.search + url.hash;
  return path.length > CHARS_MAX || path.startsWith('//') || /^\/api(?:\/|$)/i.test(url.pathname) ? '/' : path;
}

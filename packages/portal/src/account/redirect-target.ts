/** Where to go after signing in: a page of this portal, whatever the address says. */
export function redirectTarget(given: string | undefined, origin: string): string {
  if (given === undefined) return '/';
  try {
    const url = new URL(given, origin);
    // `//evil.example` and `/\evil.example` lead elsewhere; signing in again would only lead back here.
    if (url.origin !== origin || url.pathname === '/sign-in' || url.pathname.startsWith('/api/')) return '/';
    return `${url.pathname}${url.search}${url.hash}`;
  } catch {
    return '/';
  }
}

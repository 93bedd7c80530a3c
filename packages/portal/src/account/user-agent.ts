const BROWSERS: readonly [string, string][] = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
];
const SYSTEMS: readonly [string, string][] = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['Linux', 'Linux'],
];

/** `Chrome on Linux`, as far as a `User-Agent` field tells; `Unknown browser` otherwise. */
export function nameBrowser(userAgent: string | null): string {
  const known = (names: readonly [string, string][]) => names.find(([part]) => userAgent?.includes(part))?.[1];
  const browser = known(BROWSERS);
  const system = known(SYSTEMS);
  if (browser === undefined) return 'Unknown browser';
  return system === undefined ? browser : `${browser} on ${system}`;
}

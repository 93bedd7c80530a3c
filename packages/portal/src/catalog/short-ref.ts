/** A reference as people say it: without the kind that is expected, without the default namespace. */
export function shortRef(ref: string, expectedKind?: string): string {
  const withoutKind =
    expectedKind !== undefined && ref.toLowerCase().startsWith(`${expectedKind}:`) ? ref.slice(expectedKind.length + 1) : ref;
  return withoutKind.replace(/(^|:)default\//, '$1');
}

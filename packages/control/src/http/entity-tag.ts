/** The `ETag` of a version (RFC 9110 section 8.8.3). */
export function toEntityTag(version: number): string {
  return `"${version}"`;
}

/** What an `If-Match` field asks for. */
export interface Precondition {
  /** The version that it must have; undefined: any. */
  version: number | undefined;
}

/**
 * Reads `If-Match`: undefined when it is malformed. A weak tag counts as the strong one: proxies that compress answers make `W/"3"` of
 * our `"3"`, and what they mean is the same version. One tag only: a resource has one version.
 */
export function parseIfMatch(field: string): Precondition | undefined {
  const text = field.trim();
  if (text === '*') return { version: undefined };
  const match = /^(?:W\/)?"([1-9][0-9]{0,14})"$/.exec(text);
  return match === null ? undefined : { version: Number(match[1]) };
}

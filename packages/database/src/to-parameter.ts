/** What both databases store alike: booleans are 0 and 1; what SQLite has no type for is a mistake of the caller. */
export function toParameter(value: unknown): string | number | bigint | null | Uint8Array {
  switch (typeof value) {
    case 'boolean':
      return value ? 1 : 0;
    case 'string':
    case 'number':
    case 'bigint':
      return value;
    default:
      if (value === null || value instanceof Uint8Array) return value;
      throw new TypeError(`A ${value === undefined ? 'missing value' : typeof value} cannot be stored: convert it first`);
  }
}

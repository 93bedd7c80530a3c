/** A property of anything; undefined where reading it throws. Route tables belong to somebody else: getters and proxies may do anything. */
export function read(value: unknown, key: string): unknown {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return undefined;
  try {
    return (value as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

/** Calls a method of anything. Undefined where there is none, or where it throws. */
export function call(value: unknown, key: string, ...args: unknown[]): unknown {
  const method = read(value, key);
  if (typeof method !== 'function') return undefined;
  try {
    return Reflect.apply(method, value, args);
  } catch {
    return undefined;
  }
}

const ITEMS_MAX = 100_000;

/** The items of a list, at most 100,000; nothing for what is no list. */
export function* items(value: unknown): Generator<unknown, void> {
  if (!isList(value)) return;
  const length = read(value, 'length');
  if (typeof length !== 'number') return;
  for (let index = 0; index < Math.min(length, ITEMS_MAX); index += 1) yield read(value, String(index));
}

export function isList(value: unknown): value is unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    // A proxy that was revoked.
    return false;
  }
}

/** A text of bounded length, or undefined. */
export function asText(value: unknown, max = 2048): string | undefined {
  return typeof value === 'string' && value.length <= max ? value : undefined;
}

/** The names of own properties; none where asking for them throws. */
export function keysOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  try {
    return Object.keys(value);
  } catch {
    return [];
  }
}

/** A definition of a backend service in one environment, as it is written: what is absent is the default. */
export type Definition = Readonly<Record<string, unknown>>;

/** Where a value stands in a definition: `['timeouts', 'connect']`. */
export type Path = readonly (string | number)[];

function isRecord(value: unknown): value is Definition {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path; undefined where there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const step of path) {
    if (Array.isArray(at) && typeof step === 'number') at = at[step];
    else if (isRecord(at) && Object.hasOwn(at, step)) at = at[step];
    else return undefined;
  }
  return at;
}

/** The text at a path; empty where there is none. */
export function textAt(value: unknown, path: Path): string {
  const found = valueAt(value, path);
  return found === undefined || found === null ? '' : typeof found === 'object' ? JSON.stringify(found) : String(found);
}

/** The definition with another value at a path. Undefined takes it out, and what was only there for it; nothing else is touched. */
export function withValue(definition: Definition, path: Path, value: unknown): Definition {
  const changed = changedAt(definition, path, value);
  return isRecord(changed) ? changed : {};
}

/** Blocks that say something by being there. */
const MEANT: ReadonlySet<string> = new Set(['mock', 'service', 'healthCheck']);

function changedAt(at: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === 'number') {
    const items = Array.isArray(at) ? [...at] : [];
    items[step] = changedAt(items[step], rest, value);
    return items;
  }
  const { [step]: before, ...others } = isRecord(at) ? at : {};
  const after = changedAt(before, rest, value);
  const isEmpty = after === undefined || (rest.length > 0 && !MEANT.has(step) && isRecord(after) && Object.keys(after).length === 0);
  if (isEmpty) return others;
  return Object.hasOwn(isRecord(at) ? at : {}, step) ? { ...(at as Definition), [step]: after } : { ...others, [step]: after };
}

/** Whether two definitions say the same, whatever the order of their keys. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => isSame(item, other[index]));
  }
  if (!isRecord(one) || !isRecord(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key) && isSame(one[key], other[key]));
}

/** A number or duration as it was typed: what the server reads a bare `0` as, and text otherwise. Undefined: nothing was typed. */
export function fromDuration(text: string): string | 0 | undefined {
  const typed = text.trim();
  return typed === '' ? undefined : typed === '0' ? 0 : typed;
}

/** What is wrong with a duration as it was typed, or undefined. */
export function durationProblem(text: unknown): string | undefined {
  if (text === undefined || text === 0 || text === '') return undefined;
  return typeof text === 'string' && /^\d{1,9}(\.\d{1,3})?(ms|s|m|h|d)$/.test(text)
    ? undefined
    : 'A number with its unit, such as 250ms, 10s or 2m; 0 for none';
}

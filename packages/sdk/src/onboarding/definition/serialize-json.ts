import { createHash } from 'node:crypto';
import { messageOf, OnboardRefusal } from '../refusal.ts';

export interface SerializeLimits {
  /** Bytes of the text in UTF-8. */
  bytesMax: number;
}

const DEPTH_MAX = 200;
const VALUES_MAX = 5_000_000;
/** Characters that are gathered before they become bytes. */
const PIECE_LENGTH = 64 * 1024;

/** A text and its SHA-256 in hex. */
export interface Serialized {
  bytes: Buffer;
  hash: string;
}

interface Frame {
  value: object;
  /** Of a map; undefined for a list. */
  keys: string[] | undefined;
  length: number;
  next: number;
  isEmpty: boolean;
  key: string;
}

/**
 * Writes a value as JSON, indented by two, like `JSON.stringify` but in small steps and for values of somebody else: circles, getters that
 * throw, endless nesting and texts beyond the limit end it. Throws `OnboardRefusal` with the place.
 */
export function* serializeJson(root: unknown, limits: SerializeLimits): Generator<void, Serialized> {
  const output = new Output(limits.bytesMax);
  const frames: Frame[] = [];
  const ancestors = new Set<object>();
  let values = 0;

  const placeOf = (key: string) =>
    [...frames.map((frame) => frame.key), key]
      .filter((part) => part !== '')
      .join('.')
      .slice(0, 200);

  /** Writes a scalar, or opens a map or list. */
  const open = (given: unknown, key: string): void => {
    const value = toPlain(given, () => placeOf(key));
    if (typeof value !== 'object' || value === null) return output.write(scalar(value));
    if (ancestors.has(value)) throw new OnboardRefusal([`the document contains itself at ${placeOf(key)}`]);
    if (frames.length >= DEPTH_MAX) throw new OnboardRefusal([`the document is nested more than ${DEPTH_MAX} deep at ${placeOf(key)}`]);
    const keys = Array.isArray(value)
      ? undefined
      : guarded(
          () => Object.keys(value),
          () => placeOf(key),
        );
    ancestors.add(value);
    const length = keys?.length ?? (value as unknown[]).length;
    frames.push({ value, keys, length, next: 0, isEmpty: true, key });
    output.write(keys === undefined ? '[' : '{');
  };

  open(root, '');
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    yield;
    values += 1;
    if (values > VALUES_MAX) throw new OnboardRefusal([`the document has more than ${VALUES_MAX} values`]);
    const { keys, value, next, length } = frame;
    if (next >= length) {
      frames.pop();
      ancestors.delete(value);
      const indent = frame.isEmpty ? '' : `\n${'  '.repeat(frames.length)}`;
      output.write(`${indent}${keys === undefined ? ']' : '}'}`);
      continue;
    }
    frame.next += 1;
    const key = keys?.[next] ?? String(next);
    const item = guarded(
      () => (value as Record<string, unknown>)[key],
      () => placeOf(key),
    );
    if (keys !== undefined && !isWritten(item)) continue;
    output.write(`${frame.isEmpty ? '' : ','}\n${'  '.repeat(frames.length)}`);
    frame.isEmpty = false;
    if (keys !== undefined) output.write(`${JSON.stringify(key)}: `);
    open(item, key);
  }
  return output.end();
}

class Output {
  readonly #bytesMax: number;
  readonly #pieces: Buffer[] = [];
  readonly #hash = createHash('sha256');
  #piece = '';
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  write(text: string): void {
    this.#piece += text;
    if (this.#piece.length >= PIECE_LENGTH) this.#flush();
  }

  end(): Serialized {
    this.#piece += '\n';
    this.#flush();
    return { bytes: Buffer.concat(this.#pieces), hash: this.#hash.digest('hex') };
  }

  #flush(): void {
    const piece = Buffer.from(this.#piece, 'utf8');
    this.#piece = '';
    this.#bytes += piece.length;
    if (this.#bytes > this.#bytesMax) throw tooLarge(this.#bytesMax);
    this.#hash.update(piece);
    this.#pieces.push(piece);
  }
}

/** Refusal of a document beyond the limit. */
export function tooLarge(bytesMax: number): OnboardRefusal {
  return new OnboardRefusal([`the document is larger than ${(bytesMax / 2 ** 20).toFixed(0)} MiB`]);
}

/** As JSON sees it: what has `toJSON` says itself what it is. */
function toPlain(value: unknown, placeOf: () => string): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return guarded(() => {
    const { toJSON } = value as { toJSON?: unknown };
    return typeof toJSON === 'function' ? (Reflect.apply(toJSON, value, ['']) as unknown) : value;
  }, placeOf);
}

function guarded<T>(action: () => T, placeOf: () => string): T {
  try {
    return action();
  } catch (error) {
    throw new OnboardRefusal([`the document cannot be read at ${placeOf()}: ${messageOf(error)}`]);
  }
}

function isWritten(value: unknown): boolean {
  return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol';
}

function scalar(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  return isWritten(value) ? (JSON.stringify(value) ?? 'null') : 'null';
}

import type { Place } from '@gatehouse/contract';
import type { YamlSource } from '../source/yaml-source.ts';

/** Keys and indices from a root to a value. */
export type Path = readonly (string | number)[];

/** A file that takes part in a configuration. */
export interface ConfigDocument {
  readonly source: YamlSource;
  /** Absolute path. */
  readonly absolute: string;
}

/** A spot in a document. A link to its parent instead of a path, because an inline definition has very many spots. */
export class Spot {
  readonly document: ConfigDocument;
  readonly #parent: Spot | undefined;
  readonly #part: string | number;

  constructor(document: ConfigDocument, parent?: Spot, part: string | number = '') {
    this.document = document;
    this.#parent = parent;
    this.#part = part;
  }

  child(part: string | number): Spot {
    return new Spot(this.document, this, part);
  }

  /** Place of the value, or of the key that it belongs to. */
  place(options?: { key?: boolean }): Place {
    return this.document.source.placeOf(this.#path(), options);
  }

  get isPlain(): boolean {
    return this.document.source.isPlain(this.#path());
  }

  #path(): (string | number)[] {
    const path: (string | number)[] = [];
    for (let spot: Spot = this; spot.#parent !== undefined; spot = spot.#parent) path.push(spot.#part);
    return path.reverse();
  }
}

interface WrittenBase {
  readonly spot: Spot;
  /** Where its key stands: elsewhere when the value was included. */
  readonly keySpot: Spot;
}

export interface WrittenMap extends WrittenBase {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Written>;
}

export interface WrittenList extends WrittenBase {
  readonly kind: 'list';
  readonly items: readonly Written[];
}

export interface WrittenScalar extends WrittenBase {
  readonly kind: 'scalar';
  readonly value: unknown;
  /** The other way to read a value that came from the environment: `"8000"` beside `8000`. */
  readonly alternative?: unknown;
  /** Set when the value came from outside of the document: shown instead of it, since it may be a secret. */
  readonly label?: string;
}

/**
 * A value that could not be had. What depends on it is not judged. The reasons are kept here and not reported at once,
 * because a later layer may replace the value.
 */
export interface WrittenHole extends WrittenBase {
  readonly kind: 'hole';
  readonly reasons: readonly { code: string; message: string }[];
}

/** A value of a configuration that knows where it was written. */
export type Written = WrittenMap | WrittenList | WrittenScalar | WrittenHole;

export function childOf(node: Written, part: string | number): Written | undefined {
  if (node.kind === 'map') return node.entries.get(String(part));
  return node.kind === 'list' ? node.items[Number(part)] : undefined;
}

/** The value at a path, or undefined. */
export function findWritten(root: Written | undefined, path: Path): Written | undefined {
  let node = root;
  for (const part of path) node = node === undefined ? undefined : childOf(node, part);
  return node;
}

/** The value at a path, else the nearest parent that exists. */
export function findNearest(root: Written, path: Path): Written {
  let node = root;
  for (const part of path) {
    const next = childOf(node, part);
    if (next === undefined) return node;
    node = next;
  }
  return node;
}

/** The plain value; scalars in `flipped` are read the other way. */
export function toPlain(node: Written, flipped: ReadonlySet<Written> = NONE): unknown {
  switch (node.kind) {
    case 'map': {
      const plain: Record<string, unknown> = {};
      for (const [key, value] of node.entries) {
        const item = toPlain(value, flipped);
        // Assigned, a key `__proto__` would set the prototype of the map instead of being one of its keys.
        if (key === '__proto__') Object.defineProperty(plain, key, { value: item, enumerable: true, configurable: true, writable: true });
        else plain[key] = item;
      }
      return plain;
    }
    case 'list':
      return node.items.map((item) => toPlain(item, flipped));
    case 'scalar':
      return flipped.has(node) ? node.alternative : node.value;
    case 'hole':
      return undefined;
  }
}

const NONE: ReadonlySet<Written> = new Set();

import type { Place } from '@gatehouse/contract';

export type PathPart = string | number;

/** Where a document came from: what its relative references are relative to, and what they may reach. */
export type DocumentOrigin =
  | { kind: 'file'; path: string }
  | { kind: 'url'; url: string }
  /** `baseDir` is absent where references to files are refused. */
  | { kind: 'inline'; baseDir: string | undefined };

/** One parsed document of a definition. */
export interface DefinitionDocument {
  /** Unique among the documents of a definition: absolute path, URL, or empty for an inline document. */
  id: string;
  origin: DocumentOrigin;
  value: unknown;
  /** Place of the value at a path, of its key with `key: true`; undefined when nobody knows. */
  placeOf(path: readonly PathPart[], options?: { key?: boolean }): Place | undefined;
}

/** A value in a document together with the way to it, so that every problem can say where it is. */
export class Cursor {
  readonly document: DefinitionDocument;
  readonly value: unknown;
  readonly key: PathPart | undefined;
  readonly #parent: Cursor | undefined;

  constructor(document: DefinitionDocument, value: unknown, key?: PathPart, parent?: Cursor) {
    this.document = document;
    this.value = value;
    this.key = key;
    this.#parent = parent;
  }

  get path(): PathPart[] {
    const path: PathPart[] = [];
    let cursor: Cursor | undefined = this;
    while (cursor?.key !== undefined) {
      path.push(cursor.key);
      cursor = cursor.#parent;
    }
    return path.reverse();
  }

  /** The property or item, or undefined when there is none. Own properties only: `__proto__` in a document reaches nothing. */
  get(key: PathPart): Cursor | undefined {
    const value = ownValue(this.value, key);
    return value === undefined ? undefined : new Cursor(this.document, value, key, this);
  }

  /** The property when it is a string. */
  string(key: string): string | undefined {
    const value = ownValue(this.value, key);
    return typeof value === 'string' ? value : undefined;
  }

  /** Properties of an object, in document order; nothing for other values. */
  properties(): [string, Cursor][] {
    const { value } = this;
    return isObject(value) ? Object.keys(value).map((key) => [key, new Cursor(this.document, value[key], key, this)]) : [];
  }

  /** Items of a list; nothing for other values. */
  items(): Cursor[] {
    return Array.isArray(this.value) ? this.value.map((item, index) => new Cursor(this.document, item, index, this)) : [];
  }

  /** Of the value, where it is written on one line with its key; of the key, where the value is a block below it. */
  place(): Place | undefined {
    const inBlock = typeof this.value === 'object' && typeof this.key === 'string';
    return this.document.placeOf(this.path, { key: inBlock });
  }

  keyPlace(): Place | undefined {
    return this.document.placeOf(this.path, { key: true });
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own property of an object or item of a list. */
export function ownValue(value: unknown, key: PathPart): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<PathPart, unknown>)[key];
}

/** Sets an own property even where the name is `__proto__`, which an assignment would turn into the prototype. */
export function setOwn<Value>(target: Record<string, Value>, key: string, value: Value): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

/** `file:line:column`, or undefined when there is no place. */
export function formatPlace(place: Place | undefined): string | undefined {
  return place === undefined ? undefined : `${place.file}:${place.line}:${place.column}`;
}

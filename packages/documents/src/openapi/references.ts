import { Cursor, type DefinitionDocument, isObject, ownValue } from './definition-document.ts';
import { type DocumentSet, originId, resolveLocation } from './document-set.ts';

/** A chain of references longer than this leads nowhere on purpose. */
const HOPS_MAX = 64;

/** Follows `$ref` among the documents that are already loaded. */
export class References {
  readonly #documents: DocumentSet;
  /** Found targets by document and text: a large definition says `#/components/schemas/Error` ten thousand times. */
  readonly #found = new Map<DefinitionDocument, Map<string, Cursor>>();

  constructor(documents: DocumentSet) {
    this.#documents = documents;
  }

  /** The value itself, or what its `$ref` leads to in the end; undefined when it leads nowhere or round in a circle. */
  resolve(cursor: Cursor): Cursor | undefined {
    let current: Cursor | undefined = cursor;
    for (let hops = 0; hops < HOPS_MAX && current !== undefined; hops++) {
      const reference: string | undefined = referenceOf(current.value);
      if (reference === undefined) return current;
      current = this.target(current, reference);
    }
    return undefined;
  }

  /** What stands under a key, references followed. */
  child(owner: Cursor | undefined, key: string): Cursor | undefined {
    const written = owner?.get(key);
    return written === undefined ? undefined : this.resolve(written);
  }

  /** Whether a reference leads to references only, and back to one of them. */
  isCircular(cursor: Cursor): boolean {
    const seen = new Set<unknown>();
    let current: Cursor | undefined = cursor;
    while (current !== undefined) {
      const reference: string | undefined = referenceOf(current.value);
      if (reference === undefined) return false;
      if (seen.has(current.value) || seen.size > HOPS_MAX) return true;
      seen.add(current.value);
      current = this.target(current, reference);
    }
    return false;
  }

  /** One step: what the reference, written at the cursor, names. */
  target(cursor: Cursor, reference: string): Cursor | undefined {
    let found = this.#found.get(cursor.document);
    if (found === undefined) {
      found = new Map();
      this.#found.set(cursor.document, found);
    }
    const known = found.get(reference);
    if (known !== undefined) return known;
    const target = this.#target(cursor, reference, HOPS_MAX);
    // What is missing may be loaded later.
    if (target !== undefined) found.set(reference, target);
    return target;
  }

  #target(cursor: Cursor, reference: string, hops: number): Cursor | undefined {
    const { location, fragment } = splitReference(reference);
    let document = cursor.document;
    if (location !== '') {
      const origin = resolveLocation(location, cursor.document.origin);
      if ('refused' in origin) return undefined;
      const other = this.#documents.get(originId(origin));
      if (other === undefined) return undefined;
      document = other;
    }
    return this.#at(new Cursor(document, document.value), fragment, hops);
  }

  /** Follows a JSON Pointer (RFC 6901). References on the way are followed too, as authors and most tools expect. */
  #at(root: Cursor, fragment: string, hops: number): Cursor | undefined {
    const parts = pointerParts(fragment);
    if (parts === undefined) return undefined;
    let current: Cursor | undefined = root;
    for (const part of parts) {
      const next: Cursor | undefined = current.get(part);
      if (next !== undefined) {
        current = next;
        continue;
      }
      const reference: string | undefined = referenceOf(current.value);
      if (reference === undefined || hops <= 0) return undefined;
      hops--;
      current = this.#target(current, reference, hops)?.get(part);
      if (current === undefined) return undefined;
    }
    return current;
  }
}

/** The text of `$ref` when a value is a reference. */
export function referenceOf(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  const reference = ownValue(value, '$ref');
  return typeof reference === 'string' ? reference : undefined;
}

export function splitReference(reference: string): { location: string; fragment: string } {
  const hash = reference.indexOf('#');
  return hash === -1 ? { location: reference, fragment: '' } : { location: reference.slice(0, hash), fragment: reference.slice(hash + 1) };
}

/** The keys of a JSON Pointer in a URI fragment; undefined when it is none (an `$anchor`, say). */
export function pointerParts(fragment: string): string[] | undefined {
  if (fragment === '' || fragment === '/') return [];
  if (!fragment.startsWith('/')) return undefined;
  let decoded = fragment;
  try {
    decoded = decodeURIComponent(fragment);
  } catch {
    // A percent sign that is no sequence: the author wrote the pointer itself, not its URI form.
  }
  return decoded
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The URI fragment that `pointerParts` reads back. */
export function toPointer(path: readonly (string | number)[]): string {
  return path
    .map(
      (part) =>
        `/${encodeURI(String(part).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')).replaceAll('#', '%23').replaceAll('?', '%3F')}`,
    )
    .join('');
}

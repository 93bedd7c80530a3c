import { isObject, ownValue } from '../openapi/definition-document.ts';
import { pointerParts, referenceOf } from '../openapi/references.ts';

/** A bundled OpenAPI 2.0, 3.0 or 3.1 document: plain JSON values with internal references only. */
export type OpenApiDocument = Readonly<Record<string, unknown>>;

/** A chain of references longer than this leads nowhere on purpose. */
const HOPS_MAX = 64;

/** A bundled document whose references can be followed. Never fails: what leads nowhere is undefined. */
export class DefinitionView {
  readonly root: OpenApiDocument;
  readonly version: '2.0' | '3.0' | '3.1';
  readonly #targets = new Map<string, unknown>();
  #depth = 0;

  constructor(root: OpenApiDocument) {
    this.root = root;
    const written = ownValue(root, 'openapi');
    if (ownValue(root, 'swagger') !== undefined) this.version = '2.0';
    else this.version = typeof written === 'string' && written.startsWith('3.0') ? '3.0' : '3.1';
  }

  /** The object itself or what its reference leads to in the end. */
  resolve(value: unknown): Record<string, unknown> | undefined {
    let current = value;
    for (let hops = 0; hops < HOPS_MAX; hops++) {
      const reference = referenceOf(current);
      if (reference === undefined) return isObject(current) ? current : undefined;
      current = this.target(reference);
    }
    return undefined;
  }

  /** What stands under a key, references of the owner and of the value followed. */
  child(owner: unknown, key: string): Record<string, unknown> | undefined {
    return this.resolve(ownValue(this.resolve(owner), key));
  }

  /** One step: what a reference names. */
  target(reference: string): unknown {
    if (!this.#targets.has(reference) && this.#depth < HOPS_MAX) {
      // Should the way lead through this very reference, it leads nowhere.
      this.#targets.set(reference, undefined);
      this.#depth++;
      this.#targets.set(reference, this.#find(reference));
      this.#depth--;
    }
    return this.#targets.get(reference);
  }

  #find(reference: string): unknown {
    const parts = reference.startsWith('#') ? pointerParts(reference.slice(1)) : undefined;
    let current: unknown = parts === undefined ? undefined : this.root;
    for (const part of parts ?? []) {
      current = ownValue(current, part) ?? ownValue(this.resolve(current), part);
      if (current === undefined) return undefined;
    }
    return current;
  }
}

/** Properties of an object, in document order; nothing for other values. */
export function entriesOf(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : [];
}

/** Items of a list; nothing for other values. */
export function itemsOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(owner: unknown, key: string): string | undefined {
  const value = ownValue(owner, key);
  return typeof value === 'string' ? value : undefined;
}

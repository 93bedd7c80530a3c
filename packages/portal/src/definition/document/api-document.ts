import type { DocumentParts } from './document-parts.ts';
import { fromReference, toPointer } from './pointer.ts';
import { asFields, asText, fieldOf } from './value.ts';

/** A value with its references followed. */
export interface Resolved {
  value: unknown;
  /** The last reference that led to it, as a JSON pointer: the same for the same thing. */
  pointer?: string;
  /** The last name of that reference: `Pet`. */
  name?: string;
  /** Why a reference leads nowhere; then the value is what stands beside it. */
  broken?: string;
}

/** References that lead to references are followed so far; more of them are a circle. */
const HOPS_MAX = 32;

/**
 * A definition whose parts are read when somebody looks at them: of a document of ten megabytes, an operation and the schemas that are
 * unfolded are all that is ever parsed on the page.
 */
export class ApiDocument {
  readonly #parts: DocumentParts;
  readonly #read = new Map<string, unknown>();

  constructor(parts: DocumentParts) {
    this.#parts = parts;
  }

  /** What is at this place, undefined when there is nothing. */
  at(path: readonly string[]): unknown {
    let pointer = '';
    let depth = 0;
    while (Object.hasOwn(this.#parts.containers, pointer)) {
      const name = path[depth];
      if (name === undefined) return this.#whole(path);
      pointer += toPointer([name]);
      depth++;
    }
    let value = this.#part(pointer);
    for (const name of path.slice(depth)) {
      value = Array.isArray(value) ? value[Number(name)] : fieldOf(asFields(value), name);
    }
    return value;
  }

  /** The names of what is in an object, in their order. */
  namesAt(path: readonly string[]): readonly string[] {
    const pointer = toPointer(path);
    if (Object.hasOwn(this.#parts.containers, pointer)) return this.#parts.containers[pointer] ?? [];
    return Object.keys(asFields(this.at(path)) ?? {});
  }

  /** Follows `$ref`; what stands beside one is laid over what it leads to, as OpenAPI 3.1 has it and people mean it everywhere. */
  resolve(given: unknown): Resolved {
    let value = given;
    let found: Pick<Resolved, 'pointer' | 'name'> = {};
    let beside: Record<string, unknown> | undefined;
    for (let hop = 0; hop <= HOPS_MAX; hop++) {
      const fields = asFields(value);
      const reference = asText(fieldOf(fields, '$ref'));
      if (fields === undefined || reference === undefined) {
        return { value: beside === undefined ? value : { ...fields, ...beside }, ...found };
      }
      const { $ref: _, ...others } = fields;
      if (Object.keys(others).length > 0) beside = { ...others, ...beside };
      const path = fromReference(reference);
      if (path === undefined)
        return { value: beside, ...found, broken: `It is in another document, which is not part of this one: ${reference}` };
      value = this.at(path);
      if (value === undefined) return { value: beside, ...found, broken: `There is no ${reference} in the document` };
      const name = path.at(-1);
      found = { pointer: toPointer(path), ...(name === undefined ? {} : { name }) };
    }
    return { value: beside, ...found, broken: 'The references lead in a circle' };
  }

  /** `resolve`, and its fields; none when it is something else. */
  fields(given: unknown): Readonly<Record<string, unknown>> {
    return asFields(this.resolve(given).value) ?? {};
  }

  #part(pointer: string): unknown {
    const read = this.#read.get(pointer);
    if (read !== undefined) return read;
    if (!Object.hasOwn(this.#parts.texts, pointer)) return undefined;
    const value: unknown = JSON.parse(this.#parts.texts[pointer] ?? 'null');
    this.#read.set(pointer, value);
    return value;
  }

  /** A reference to something that was taken apart, such as all of `components`: put together again. */
  #whole(path: readonly string[]): unknown {
    return Object.fromEntries(this.namesAt(path).map((name) => [name, this.at([...path, name])]));
  }
}

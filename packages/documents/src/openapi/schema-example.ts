import { type Cursor, isObject, setOwn } from './definition-document.ts';
import type { References } from './references.ts';

const DEPTH_MAX = 12;
const NODES_MAX = 2_000;
const ITEMS_MAX = 5;
const TEXT_LENGTH_MAX = 1_000;

/** No example can be made: the schema is circular at a required place, or says nothing. */
export const NO_EXAMPLE: unique symbol = Symbol('NO_EXAMPLE');

/** A value that looks like what a schema describes: its own example where it has one, else made up, always the same. */
export function exampleOf(schema: Cursor, references: References): unknown {
  return new SchemaExample(references).of(schema, 0);
}

class SchemaExample {
  readonly #references: References;
  /** Schemas that are being worked on: meeting one again is a circle. */
  readonly #open = new Set<unknown>();
  #nodes = 0;

  constructor(references: References) {
    this.#references = references;
  }

  of(written: Cursor, depth: number): unknown {
    const schema = this.#references.resolve(written);
    if (schema === undefined || !isObject(schema.value) || this.#open.has(schema.value)) return NO_EXAMPLE;
    if (depth > DEPTH_MAX || ++this.#nodes > NODES_MAX) return NO_EXAMPLE;
    this.#open.add(schema.value);
    const example = this.#make(schema, depth);
    this.#open.delete(schema.value);
    return example;
  }

  #make(schema: Cursor, depth: number): unknown {
    for (const key of ['example', 'const', 'default']) {
      const given = schema.get(key);
      if (given !== undefined) return given.value;
    }
    const listed = schema.get('examples')?.get(0) ?? schema.get('enum')?.get(0);
    if (listed !== undefined) return listed.value;
    if (schema.get('allOf') !== undefined) return this.#merge(schema, depth);
    for (const key of ['oneOf', 'anyOf']) {
      for (const option of schema.get(key)?.items() ?? []) {
        const example = this.of(option, depth + 1);
        if (example !== NO_EXAMPLE) return example;
      }
    }
    return this.#ofType(schema, depth);
  }

  #merge(schema: Cursor, depth: number): unknown {
    const merged: Record<string, unknown> = {};
    let last: unknown = NO_EXAMPLE;
    const parts = [...(schema.get('allOf')?.items() ?? [])].map((part) => this.of(part, depth + 1));
    if (schema.get('properties') !== undefined) parts.push(this.#object(schema, depth));
    for (const part of parts) {
      if (isObject(part)) for (const [key, value] of Object.entries(part)) setOwn(merged, key, value);
      else if (part !== NO_EXAMPLE) last = part;
    }
    return Object.keys(merged).length > 0 || last === NO_EXAMPLE ? merged : last;
  }

  #ofType(schema: Cursor, depth: number): unknown {
    const written = schema.get('type')?.value;
    const type = Array.isArray(written) ? (written.find((name) => name !== 'null') ?? 'null') : written;
    if (type === 'object' || (type === undefined && schema.get('properties') !== undefined)) return this.#object(schema, depth);
    if (type === 'array' || (type === undefined && schema.get('items') !== undefined)) return this.#array(schema, depth);
    if (type === 'string') return exampleText(schema);
    if (type === 'integer' || type === 'number') return exampleNumber(schema, type === 'integer');
    if (type === 'boolean') return true;
    return type === 'null' ? null : NO_EXAMPLE;
  }

  #object(schema: Cursor, depth: number): Record<string, unknown> {
    const example: Record<string, unknown> = {};
    for (const [key, property] of this.#references.child(schema, 'properties')?.properties() ?? []) {
      // What only a request carries is never answered.
      if (this.#references.resolve(property)?.get('writeOnly')?.value === true) continue;
      const value = this.of(property, depth + 1);
      if (value !== NO_EXAMPLE) setOwn(example, key, value);
    }
    return example;
  }

  #array(schema: Cursor, depth: number): unknown[] {
    const items = schema.get('items');
    if (items === undefined) return [];
    const wanted = schema.get('minItems')?.value;
    const count = typeof wanted === 'number' ? Math.min(Math.max(Math.trunc(wanted), 1), ITEMS_MAX) : 1;
    const example: unknown[] = [];
    for (let index = 0; index < count; index++) {
      const item = this.of(items, depth + 1);
      if (item === NO_EXAMPLE) break;
      example.push(item);
    }
    return example;
  }
}

const TEXTS: Record<string, string> = {
  'date-time': '2024-01-01T00:00:00Z',
  date: '2024-01-01',
  time: '00:00:00Z',
  duration: 'PT1H',
  uuid: '00000000-0000-4000-8000-000000000000',
  email: 'user@example.com',
  hostname: 'example.com',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  'uri-reference': '/',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  byte: 'c3RyaW5n',
};

function exampleText(schema: Cursor): string {
  const format = schema.string('format') ?? '';
  const text = Object.hasOwn(TEXTS, format) ? (TEXTS[format] as string) : 'string';
  const least = schema.get('minLength')?.value;
  const most = schema.get('maxLength')?.value;
  const padded = typeof least === 'number' ? text.padEnd(Math.min(least, TEXT_LENGTH_MAX), 'x') : text;
  return typeof most === 'number' && most >= 0 ? padded.slice(0, most) : padded;
}

function exampleNumber(schema: Cursor, isInteger: boolean): number {
  const least = schema.get('minimum')?.value;
  const above = schema.get('exclusiveMinimum')?.value;
  const most = schema.get('maximum')?.value;
  let number = 0;
  if (typeof least === 'number') number = above === true ? least + 1 : least;
  if (typeof above === 'number') number = Math.max(number, above + 1);
  if (typeof most === 'number' && number > most) number = most;
  return isInteger ? Math.ceil(number) : number;
}

import type { ApiDocument } from '../document/api-document.ts';
import { asFields, asList, asText, type Fields } from '../document/value.ts';
import { type MergedSchema, mergeSchema } from './merge-schema.ts';
import { exampleOf, propertiesOf, typesOf } from './schema-shape.ts';

/** Whether a body goes to the API (then without what is read only) or comes from it (without what is write only). */
export type Direction = 'request' | 'response';

/** A sample has at most so many values, and is so deep; schemas of thousands of properties, and circles, end there. */
const VALUES_MAX = 400;
const DEPTH_MAX = 9;

interface Making {
  document: ApiDocument;
  direction: Direction;
  left: number;
  /** Pointers of the schemas that this value is within. */
  within: readonly string[];
}

/** Makes a value that a schema describes, from its examples, defaults and limits. */
export function sampleOf(document: ApiDocument, schema: unknown, direction: Direction): unknown {
  return make({ document, direction, left: VALUES_MAX, within: [] }, schema, 0);
}

function make(making: Making, schema: unknown, depth: number): unknown {
  making.left--;
  const merged = mergeSchema(making.document, schema);
  const { words, pointer } = merged;
  const given = givenValue(words);
  if (given !== undefined) return given.value;
  const circular = pointer !== undefined && making.within.includes(pointer);
  if (circular || depth >= DEPTH_MAX || making.left <= 0) return merged.nullable ? null : emptyOf(words);
  const before = making.within;
  if (pointer !== undefined) making.within = [...before, pointer];
  const value = makeOf(making, merged, depth);
  making.within = before;
  return value;
}

function givenValue(words: Fields): { value: unknown } | undefined {
  const example = exampleOf(words);
  if (example !== undefined) return example;
  if (Object.hasOwn(words, 'const')) return { value: words.const };
  if (words.default !== undefined) return { value: words.default };
  const values = asList(words.enum);
  return values.length === 0 ? undefined : { value: values[0] };
}

function emptyOf(words: Fields): unknown {
  const [type] = typesOf(words);
  return type === 'array' ? [] : type === 'object' ? {} : null;
}

function makeOf(making: Making, { words, choices }: MergedSchema, depth: number): unknown {
  const own = ofType(making, words, depth);
  const chosen = choices.map(({ options }) => make(making, options[0], depth + 1));
  if (asFields(own) !== undefined && chosen.length > 0)
    return Object.assign({}, own, ...chosen.map((value) => asFields(value) ?? {})) as unknown;
  return own === undefined ? (chosen[0] ?? null) : own;
}

function ofType(making: Making, words: Fields, depth: number): unknown {
  switch (typesOf(words)[0]) {
    case 'object':
      return anObject(making, words, depth);
    case 'array': {
      const first = asList(words.prefixItems).map((item) => make(making, item, depth + 1));
      if (first.length > 0 || words.items === undefined) return first;
      const count = Math.min(3, Math.max(1, Number(words.minItems) || 1));
      return Array.from({ length: count }, () => make(making, words.items, depth + 1));
    }
    case 'string':
      return aString(words);
    case 'integer':
    case 'number':
      return aNumber(words);
    case 'boolean':
      return true;
    default:
      return undefined;
  }
}

function anObject(making: Making, words: Fields, depth: number): Record<string, unknown> {
  const entries: [string, unknown][] = [];
  for (const { name, schema, required } of propertiesOf(words)) {
    if (making.left <= 0 && !required) continue;
    if (making.left <= -VALUES_MAX) break;
    const { words: inner, pointer } = mergeSchema(making.document, schema);
    if (making.direction === 'request' ? inner.readOnly === true : inner.writeOnly === true) continue;
    // What may be left out ends a circle, and is not needed far down.
    if (!required && (depth >= DEPTH_MAX - 1 || (pointer !== undefined && making.within.includes(pointer)))) continue;
    if (inner.deprecated === true && !required) continue;
    entries.push([name, make(making, schema, depth + 1)]);
  }
  const additional = asFields(words.additionalProperties);
  if (entries.length === 0 && additional !== undefined && Object.keys(additional).length > 0) {
    entries.push(['name', make(making, additional, depth + 1)]);
  }
  return Object.fromEntries(entries);
}

const STRINGS: Record<string, string | undefined> = {
  'date-time': '2026-01-31T12:00:00Z',
  date: '2026-01-31',
  time: '12:00:00Z',
  duration: 'PT1H',
  uuid: '123e4567-e89b-12d3-a456-426614174000',
  email: 'jane@example.com',
  uri: 'https://example.com',
  url: 'https://example.com',
  'uri-reference': '/path',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  byte: 'aGVsbG8=',
};

function aString(words: Fields): string {
  const text = STRINGS[asText(words.format) ?? ''] ?? 'string';
  const min = Math.min(100, Number(words.minLength) || 0);
  const max = typeof words.maxLength === 'number' ? words.maxLength : Number.POSITIVE_INFINITY;
  return text.padEnd(min, 'x').slice(0, Math.max(0, max));
}

function aNumber(words: Fields): number {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = words;
  const step = typeof multipleOf === 'number' && multipleOf > 0 ? multipleOf : 1;
  const above = typeof exclusiveMinimum === 'number' ? exclusiveMinimum : exclusiveMinimum === true ? minimum : undefined;
  if (typeof above === 'number') return above + step;
  if (typeof minimum === 'number') return Math.ceil(minimum / step) * step;
  const below = typeof exclusiveMaximum === 'number' ? exclusiveMaximum : exclusiveMaximum === true ? maximum : undefined;
  if (typeof below === 'number') return Math.min(0, below - step);
  return typeof maximum === 'number' ? Math.min(0, maximum) : 0;
}

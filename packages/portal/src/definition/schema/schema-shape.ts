import type { ApiDocument } from '../document/api-document.ts';
import { asFields, asList, asText, asWord, type Fields, fieldOf } from '../document/value.ts';
import { constraintsOf } from './constraints.ts';
import { type MergedSchema, mergeSchema } from './merge-schema.ts';

export interface Property {
  name: string;
  schema: unknown;
  required: boolean;
}

/** The choices of a schema with what each is called, and the value of the discriminator that tells it. */
export interface ShapeChoice {
  words: string;
  options: readonly { label: string; schema: unknown; when: string | undefined }[];
}

/** One level of a schema as it is shown. */
export interface SchemaShape {
  name: string | undefined;
  pointer: string | undefined;
  /** Type in words: `array of Pet`, `string (date-time)`, `integer or null`. */
  label: string;
  title: string | undefined;
  description: string | undefined;
  deprecated: boolean;
  readOnly: boolean;
  writeOnly: boolean;
  constraints: readonly string[];
  pattern: string | undefined;
  /** The values that it may have. */
  values: readonly unknown[] | undefined;
  /** One value each, when the document gives it. */
  preset: { value: unknown } | undefined;
  example: { value: unknown } | undefined;
  properties: readonly Property[];
  /** What properties that are not named have to be; undefined: nothing is said. */
  additional: { schema: unknown } | 'none' | undefined;
  items: readonly { label: string; schema: unknown }[];
  choices: readonly ShapeChoice[];
  discriminator: string | undefined;
  broken: string | undefined;
}

/** Nobody picks from more than so many choices. */
const OPTIONS_MAX = 100;

/** Reads one level of a schema; its properties and items stay as they are until somebody unfolds them. */
export function shapeOf(document: ApiDocument, given: unknown): SchemaShape {
  const merged = mergeSchema(document, given);
  const { words } = merged;
  const discriminator = asFields(words.discriminator);
  return {
    name: merged.name,
    pointer: merged.pointer,
    label: labelOf(document, merged, LABEL_DEPTH),
    title: asText(words.title),
    description: asText(words.description),
    deprecated: words.deprecated === true,
    readOnly: words.readOnly === true,
    writeOnly: words.writeOnly === true,
    constraints: constraintsOf(words),
    pattern: asText(words.pattern),
    values: Object.hasOwn(words, 'const') ? [words.const] : Array.isArray(words.enum) ? words.enum : undefined,
    preset: words.default === undefined ? undefined : { value: words.default },
    example: exampleOf(words),
    properties: propertiesOf(words),
    additional: additionalOf(words),
    items: itemsOf(words),
    choices: merged.choices.slice(0, OPTIONS_MAX).map(({ kind, options }) => ({
      words: kind === 'oneOf' ? 'One of' : 'Any of',
      options: options.slice(0, OPTIONS_MAX).map((schema, index) => optionOf(document, schema, index, discriminator)),
    })),
    // OpenAPI 2 has its name alone.
    discriminator: asText(fieldOf(discriminator, 'propertyName')) ?? asText(words.discriminator),
    broken: merged.broken,
  };
}

/** There is something to unfold: more than a list or map whose type already says all. */
export function hasInside(document: ApiDocument, shape: SchemaShape): boolean {
  const { properties, choices, items, additional } = shape;
  if (properties.length > 0 || choices.length > 0) return true;
  const inner = [...items.map(({ schema }) => schema), ...(typeof additional === 'object' ? [additional.schema] : [])];
  return inner.length > 1 || inner.some((schema) => saysMore(document, schema));
}

/** `items` of circles end at the depth of their labels. */
function saysMore(document: ApiDocument, schema: unknown, depth = 0): boolean {
  const shape = shapeOf(document, schema);
  const { description, constraints, pattern, values, example, preset, broken, properties, choices, items } = shape;
  if (description ?? pattern ?? values ?? example ?? preset ?? broken) return true;
  if (constraints.length > 0 || properties.length > 0 || choices.length > 0 || depth >= LABEL_DEPTH) return true;
  return items.some((item) => saysMore(document, item.schema, depth + 1));
}

export function propertiesOf(words: Fields): Property[] {
  const required = new Set(asList(words.required));
  return Object.entries(asFields(words.properties) ?? {}).map(([name, schema]) => ({ name, schema, required: required.has(name) }));
}

export function exampleOf(words: Fields): { value: unknown } | undefined {
  if (words.example !== undefined) return { value: words.example };
  const [first] = asList(words.examples);
  return first === undefined ? undefined : { value: first };
}

/** The types of a schema, guessed from its other words where it names none. */
export function typesOf(words: Fields): string[] {
  const named = Array.isArray(words.type) ? words.type.flatMap((type) => asText(type) ?? []) : [asText(words.type) ?? []].flat();
  const types = named.filter((type) => type !== 'null');
  if (types.length > 0) return types;
  if (words.properties !== undefined || asFields(words.additionalProperties) !== undefined) return ['object'];
  if (words.items !== undefined || words.prefixItems !== undefined) return ['array'];
  const values = Object.hasOwn(words, 'const') ? [words.const] : asList(words.enum);
  const kinds = new Set(values.filter((value) => value !== null).map((value) => (Array.isArray(value) ? 'array' : typeof value)));
  return [...kinds];
}

function additionalOf(words: Fields): SchemaShape['additional'] {
  const { additionalProperties: additional } = words;
  if (additional === false) return 'none';
  const patterns = Object.values(asFields(words.patternProperties) ?? {});
  const schema = asFields(additional) === undefined || Object.keys(asFields(additional) ?? {}).length === 0 ? patterns[0] : additional;
  if (schema !== undefined) return { schema };
  return additional === true || asFields(additional) !== undefined ? { schema: {} } : undefined;
}

function itemsOf(words: Fields): SchemaShape['items'] {
  const first = asList(words.prefixItems).map((schema, index) => ({ label: `Item ${index + 1}`, schema }));
  if (words.items === undefined || words.items === false) return first;
  return [...first, { label: first.length > 0 ? 'Further items' : 'Items', schema: words.items }];
}

function optionOf(document: ApiDocument, schema: unknown, index: number, discriminator: Fields | undefined) {
  const merged = mergeSchema(document, schema);
  const mapping = Object.entries(asFields(fieldOf(discriminator, 'mapping')) ?? {});
  const when = mapping.find(([, target]) => {
    const text = asText(target);
    return (
      text !== undefined &&
      (text === merged.name || document.resolve({ $ref: text }).pointer === merged.pointer) &&
      merged.pointer !== undefined
    );
  });
  const label = asText(merged.words.title) ?? merged.name ?? labelOf(document, merged, 1);
  return {
    label: label === ANYTHING ? `Choice ${index + 1}` : label,
    schema,
    when: when?.[0] ?? (discriminator === undefined ? undefined : merged.name),
  };
}

const LABEL_DEPTH = 4;
const ANYTHING = 'anything';

function labelOf(document: ApiDocument, merged: MergedSchema, depth: number): string {
  const label = merged.never ? 'nothing' : plainLabelOf(document, merged, depth);
  return merged.nullable && label !== ANYTHING ? `${label} or null` : label;
}

function plainLabelOf(document: ApiDocument, merged: MergedSchema, depth: number): string {
  const { words, choices } = merged;
  const types = typesOf(words);
  if (types.length === 0 && choices.length > 0) return choices[0]?.kind === 'oneOf' ? 'one of several' : 'any of several';
  if (types.length === 0) return ANYTHING;
  return types.map((type) => typeLabelOf(document, type, words, depth)).join(' or ');
}

function typeLabelOf(document: ApiDocument, type: string, words: Fields, depth: number): string {
  if (type === 'array') {
    if (words.items === undefined || depth <= 0) return 'array';
    const items = mergeSchema(document, words.items);
    return `array of ${items.name ?? labelOf(document, items, depth - 1)}`;
  }
  if (type === 'object' && words.properties === undefined && depth > 0 && asFields(words.additionalProperties) !== undefined) {
    const values = mergeSchema(document, words.additionalProperties);
    const label = values.name ?? labelOf(document, values, depth - 1);
    return label === ANYTHING ? 'object' : `map to ${label}`;
  }
  const format = asWord(words.format);
  return format === undefined || type === 'object' ? type : `${type} (${format})`;
}

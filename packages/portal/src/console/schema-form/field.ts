import { followReference, type JsonSchema } from './json-schema.ts';

export type Scalar = string | number | boolean | null;

/** One way in which a value may be written. */
export interface FieldOption {
  label: string;
  schema: JsonSchema;
}

/**
 * How a value is asked for. `json`: what no form is made for is written as JSON. Fields below it are still schemas, because a schema may
 * lead back to itself.
 */
export type Field =
  | { kind: 'text'; hint: string | undefined; long: boolean; numbers: boolean; duration: boolean }
  | { kind: 'number'; integer: boolean; min: number | undefined; max: number | undefined }
  | { kind: 'boolean' }
  | { kind: 'choice'; values: readonly Scalar[] }
  | { kind: 'list'; item: JsonSchema; scalars: boolean }
  | { kind: 'record'; value: JsonSchema }
  | { kind: 'group'; fields: readonly GroupMember[] }
  | { kind: 'union'; options: readonly FieldOption[] }
  | { kind: 'json' };

export interface GroupMember {
  name: string;
  schema: JsonSchema;
  required: boolean;
}

/** Longer texts get more than one line. */
const ONE_LINE_MAX = 1_000;
/** What these say of a value, a form cannot show. */
const UNKNOWN = ['allOf', 'not', 'if', 'prefixItems', 'patternProperties', 'dependentSchemas', 'dependentRequired', '$dynamicRef'];
const UNDERSTOOD = new Set(['string', 'number', 'integer', 'boolean', 'array', 'object', 'null']);

/** Decides by its schema how a value is asked for. */
export function toField(given: JsonSchema, root: JsonSchema): Field {
  const schema = followReference(given, root);
  if (UNKNOWN.some((word) => Object.hasOwn(schema, word))) return { kind: 'json' };
  const values = valuesOf(schema);
  if (values !== undefined) return values.every(isScalar) ? { kind: 'choice', values } : { kind: 'json' };
  const branches = branchesOf(schema);
  if (branches !== undefined) return toUnion(branches, root);
  switch (schema.type) {
    case 'string':
      return { kind: 'text', hint: hintOf(schema), long: isLong(schema), numbers: false, duration: false };
    case 'number':
    case 'integer':
      return { kind: 'number', integer: schema.type === 'integer', min: schema.minimum, max: schema.maximum };
    case 'boolean':
      return { kind: 'boolean' };
    case 'null':
      return { kind: 'choice', values: [null] };
    case 'array':
      return toList(schema, root);
    case 'object':
      return toGroup(schema);
    default:
      return { kind: 'json' };
  }
}

/** What a form calls a value: the title, or its name in words. */
export function labelOf(name: string, given: JsonSchema, root: JsonSchema): string {
  const title = followReference(given, root).title;
  if (title !== undefined && title !== '') return title;
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').replaceAll(/[-_]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}

/** The values that are allowed, when they are listed. */
function valuesOf(schema: JsonSchema): readonly unknown[] | undefined {
  return Object.hasOwn(schema, 'const') ? [schema.const] : schema.enum;
}

/** Several types at once are as good as several schemas. */
function branchesOf(schema: JsonSchema): readonly JsonSchema[] | undefined {
  if (schema.anyOf !== undefined || schema.oneOf !== undefined) return schema.anyOf ?? schema.oneOf;
  if (typeof schema.type === 'string' || schema.type === undefined) return undefined;
  const { title: _, description: __, default: ___, ...rest } = schema;
  return schema.type.every((type) => UNDERSTOOD.has(type)) ? schema.type.map((type) => ({ ...rest, type })) : undefined;
}

function toUnion(branches: readonly JsonSchema[], root: JsonSchema): Field {
  const followed = branches.map((branch) => followReference(branch, root));
  const [only] = followed;
  if (only !== undefined && followed.length === 1) return toField(only, root);
  const [text] = followed.filter(({ type, enum: values }) => type === 'string' && values === undefined);
  const numbers = followed.filter(({ type }) => type === 'number' || type === 'integer');
  // A duration or size: text with a unit, or a bare number.
  if (text !== undefined && numbers.length === followed.length - 1) {
    return { kind: 'text', hint: hintOf(text), long: isLong(text), numbers: true, duration: text.format === 'gatehouse-duration' };
  }
  const options = followed.flatMap((branch): FieldOption[] => {
    const values = valuesOf(branch);
    if (values?.every(isScalar))
      return values.map((value) => ({ label: value === null ? 'none' : String(value), schema: { const: value } }));
    return [{ label: optionLabel(branch), schema: branch }];
  });
  return options.every(({ schema }) => Object.hasOwn(schema, 'const'))
    ? { kind: 'choice', values: options.map(({ schema }) => schema.const as Scalar) }
    : { kind: 'union', options };
}

const TYPE_WORDS: Record<string, string> = {
  string: 'Text',
  number: 'Number',
  integer: 'Number',
  boolean: 'Yes or no',
  array: 'List',
  null: 'none',
};

function optionLabel(schema: JsonSchema): string {
  if (schema.title !== undefined) return schema.title;
  const members = Object.entries(schema.properties ?? {});
  const kind = members.find(([, member]) => typeof member.const === 'string')?.[1].const;
  if (typeof kind === 'string') return kind;
  const [first] = members.filter(([name]) => schema.required?.includes(name) ?? false);
  const [name, member] = first ?? members[0] ?? [];
  if (name !== undefined && member !== undefined) return labelOf(name, member, {});
  return TYPE_WORDS[typeof schema.type === 'string' ? schema.type : ''] ?? 'JSON';
}

function toList({ items }: JsonSchema, root: JsonSchema): Field {
  if (items === undefined || typeof items === 'boolean') return { kind: 'json' };
  const item = toField(items, root);
  return { kind: 'list', item: items, scalars: item.kind === 'text' || item.kind === 'choice' };
}

function toGroup({ properties, required = [], additionalProperties }: JsonSchema): Field {
  const members = Object.entries(properties ?? {});
  if (members.length > 0) {
    return { kind: 'group', fields: members.map(([name, schema]) => ({ name, schema, required: required.includes(name) })) };
  }
  return typeof additionalProperties === 'object' ? { kind: 'record', value: additionalProperties } : { kind: 'json' };
}

function hintOf({ examples }: JsonSchema): string | undefined {
  const [example] = examples ?? [];
  return typeof example === 'string' || typeof example === 'number' ? `such as ${example}` : undefined;
}

function isLong({ maxLength = 0 }: JsonSchema): boolean {
  return maxLength > ONE_LINE_MAX;
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

import { toField } from './field.ts';
import { followReference, isRecord, type JsonSchema } from './json-schema.ts';

/** Something that is wrong with a value, and where it is within it. */
export interface ValueProblem {
  path: readonly (string | number)[];
  message: string;
}

/** Values are read so deep; the server refuses what is deeper. */
const DEPTH_MAX = 50;

/** What a form can tell before the server is asked; the server has the last word. */
export function checkValue(schema: JsonSchema, value: unknown, root: JsonSchema = schema): ValueProblem[] {
  const problems: ValueProblem[] = [];
  check(schema, value, root, [], problems);
  return problems;
}

/** Whether a value is written in this way. */
export function fitsSchema(schema: JsonSchema, value: unknown, root: JsonSchema): boolean {
  return checkValue(schema, value, root).length === 0;
}

type Path = readonly (string | number)[];

function check(given: JsonSchema, value: unknown, root: JsonSchema, path: Path, problems: ValueProblem[]): void {
  if (path.length > DEPTH_MAX) return;
  const add = (message: string) => problems.push({ path, message });
  const schema = followReference(given, root);
  const field = toField(schema, root);
  switch (field.kind) {
    case 'text': {
      const branches = [...(schema.anyOf ?? schema.oneOf ?? [schema])].map((branch) => followReference(branch, root));
      const words = branches.map((branch) => (typeof value === 'number' ? wrongWithNumber(branch, value) : wrongWithText(branch, value)));
      if (words.every((word) => word !== undefined)) add(words[0] ?? 'is not valid');
      return;
    }
    case 'number': {
      const wrong = wrongWithNumber(schema, value);
      if (wrong !== undefined) add(wrong);
      return;
    }
    case 'boolean':
      if (typeof value !== 'boolean') add('must be yes or no');
      return;
    case 'choice':
      if (!field.values.includes(value as never))
        add(`must be ${field.values.length === 1 ? '' : 'one of '}${field.values.map(String).join(', ')}`);
      return;
    case 'list':
      if (!Array.isArray(value)) return void add('must be a list');
      if (value.length < (schema.minItems ?? 0))
        add(schema.minItems === 1 ? 'needs one entry at least' : `needs ${schema.minItems} entries at least`);
      if (value.length > (schema.maxItems ?? Number.POSITIVE_INFINITY)) add(`may have ${schema.maxItems} entries at most`);
      for (const [index, item] of value.entries()) check(field.item, item, root, [...path, index], problems);
      return;
    case 'record':
      if (!isRecord(value)) return void add('must be a map');
      for (const [name, member] of Object.entries(value)) {
        const wrong =
          name === '' ? 'needs a name' : schema.propertyNames === undefined ? undefined : wrongWithText(schema.propertyNames, name);
        if (wrong !== undefined) problems.push({ path: [...path, name], message: `name ${wrong}` });
        check(field.value, member, root, [...path, name], problems);
      }
      return;
    case 'group':
      if (!isRecord(value)) return void add('must be an object');
      for (const { name, schema: member, required } of field.fields) {
        if (value[name] !== undefined) check(member, value[name], root, [...path, name], problems);
        else if (required) problems.push({ path: [...path, name], message: 'is required' });
      }
      if (schema.additionalProperties !== false) return;
      for (const name of Object.keys(value)) {
        if (!field.fields.some((member) => member.name === name)) problems.push({ path: [...path, name], message: 'is not known here' });
      }
      return;
    case 'union':
      checkUnion(field.options, value, root, path, problems);
      return;
    case 'json':
      return;
  }
}

/** Of several ways in which nothing fits, the one that comes nearest says what is wrong. */
function checkUnion(
  options: readonly { schema: JsonSchema }[],
  value: unknown,
  root: JsonSchema,
  path: Path,
  problems: ValueProblem[],
): void {
  let nearest: ValueProblem[] | undefined;
  for (const { schema } of options) {
    const found: ValueProblem[] = [];
    check(schema, value, root, path, found);
    if (found.length === 0) return;
    const isNearer =
      nearest === undefined || depthOf(found) > depthOf(nearest) || (depthOf(found) === depthOf(nearest) && found.length < nearest.length);
    if (isNearer) nearest = found;
  }
  problems.push(...(nearest ?? []));
}

function depthOf(problems: readonly ValueProblem[]): number {
  return Math.min(...problems.map(({ path }) => path.length));
}

function wrongWithText(schema: JsonSchema, value: unknown): string | undefined {
  if (schema.type !== undefined && schema.type !== 'string') return 'must be a number';
  if (typeof value !== 'string') return 'must be a text';
  if (value.length < (schema.minLength ?? 0)) return value === '' ? 'is required' : `must have ${schema.minLength} characters at least`;
  if (value.length > (schema.maxLength ?? Number.POSITIVE_INFINITY)) return `may have ${schema.maxLength} characters at most`;
  if (schema.enum !== undefined && !schema.enum.includes(value)) return `must be one of ${schema.enum.map(String).join(', ')}`;
  if (schema.pattern === undefined || matches(schema.pattern, value)) return undefined;
  const [example] = schema.examples ?? [];
  return example === undefined ? 'is not written as it must be' : `must be written such as ${String(example)}`;
}

/** A pattern that this browser cannot read is left to the server. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    return true;
  }
}

function wrongWithNumber(schema: JsonSchema, value: unknown): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'must be a number';
  if (schema.type === 'string') return 'needs a unit';
  if (schema.type === 'integer' && !Number.isInteger(value)) return 'must be a whole number';
  if (Object.hasOwn(schema, 'const') && schema.const !== value) return `must be ${String(schema.const)}, or have a unit`;
  if (value < (schema.minimum ?? -Infinity)) return `must be ${schema.minimum} at least`;
  if (value > (schema.maximum ?? Infinity)) return `must be ${schema.maximum} at most`;
  if (value <= (schema.exclusiveMinimum ?? -Infinity)) return `must be more than ${schema.exclusiveMinimum}`;
  if (value >= (schema.exclusiveMaximum ?? Infinity)) return `must be less than ${schema.exclusiveMaximum}`;
  return undefined;
}

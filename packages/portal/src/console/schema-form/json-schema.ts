/** A JSON Schema of draft 2020-12, as far as forms act on it; zod writes such ones. What else is in it is checked by the server. */
export interface JsonSchema {
  $ref?: string;
  $defs?: Readonly<Record<string, JsonSchema>>;
  type?: string | readonly string[];
  title?: string;
  description?: string;
  default?: unknown;
  examples?: readonly unknown[];
  enum?: readonly unknown[];
  const?: unknown;
  anyOf?: readonly JsonSchema[];
  oneOf?: readonly JsonSchema[];
  properties?: Readonly<Record<string, JsonSchema>>;
  required?: readonly string[];
  additionalProperties?: JsonSchema | boolean;
  propertyNames?: JsonSchema;
  items?: JsonSchema | boolean;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  [word: string]: unknown;
}

/** References that lead to references are followed so far; more of them are a circle. */
const HOPS_MAX = 16;

/** Follows `$ref` within the schema; what stands beside it (a title, a default) counts more than what it leads to. */
export function followReference(schema: JsonSchema, root: JsonSchema): JsonSchema {
  let followed = schema;
  for (let hop = 0; followed.$ref !== undefined && hop < HOPS_MAX; hop++) {
    const { $ref, ...beside } = followed;
    const target = $ref === '#' ? root : targetOf($ref, root);
    if (target === undefined) return beside;
    followed = { ...target, ...beside };
  }
  return followed;
}

function targetOf(reference: string, root: JsonSchema): JsonSchema | undefined {
  const name = /^#\/\$defs\/([^/]{1,200})$/.exec(reference)?.[1];
  return name !== undefined && root.$defs !== undefined && Object.hasOwn(root.$defs, name) ? root.$defs[name] : undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

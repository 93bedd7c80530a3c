import { z } from 'zod';

/** Where the schema is published; also the value for `$schema` in a configuration. */
const SCHEMA_ID = 'https://gatehouse.dev/schema/gatehouse.json';

type Node = Record<string, unknown>;

/** Keywords that say something about a value without constraining it. */
const ANNOTATIONS: ReadonlySet<string> = new Set(['title', 'description', 'default', 'examples', 'deprecated', '$comment']);

const PLACEHOLDER = { $ref: '#/$defs/placeholder' };
const REFERENCE = { $ref: '#/$defs/reference' };

const INCLUDE_PROPERTY = {
  type: 'string',
  description: 'A YAML file whose content stands here, beside this file; other keys override it.',
};

/**
 * The JSON Schema (2020-12) of what people write, for editors: in the schema's input form, and wherever a value is expected it
 * also allows what is replaced before the schema sees it, `${NAME}` placeholders, `$include` and `$file`.
 */
export function toConfigJsonSchema(schema: z.ZodType): object {
  const { $schema, $defs, ...root }: Node = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  for (const definition of Object.values(toNode($defs) ?? {})) openInside(toNode(definition));
  openInside(root);
  openMap(root);
  return {
    $schema,
    $id: SCHEMA_ID,
    title: 'Gatehouse configuration',
    ...root,
    $defs: {
      ...toNode($defs),
      placeholder: { type: 'string', pattern: '\\$\\{', description: 'Read from the environment: ${NAME} or ${NAME:-default}.' },
      reference: {
        type: 'object',
        description: '$include: the content of a YAML file; $file: the text of a file. Both beside this file.',
        properties: { $include: { type: 'string' }, $file: { type: 'string' } },
        anyOf: [{ required: ['$include'] }, { required: ['$file'] }],
      },
    },
  };
}

/** Opens the values within a schema, not the schema itself. */
function openInside(node: Node | undefined): void {
  if (node === undefined) return;
  for (const branch of [...toNodes(node.anyOf), ...toNodes(node.oneOf), ...toNodes(node.allOf)]) openInside(branch);
  const properties = toNode(node.properties);
  for (const [name, property] of Object.entries(properties ?? {})) {
    if (properties !== undefined) properties[name] = open(toNode(property));
  }
  if (toNode(node.additionalProperties) !== undefined) node.additionalProperties = open(toNode(node.additionalProperties));
  if (toNode(node.items) !== undefined) node.items = open(toNode(node.items));
  if (Array.isArray(node.prefixItems)) node.prefixItems = toNodes(node.prefixItems).map((item) => open(item));
}

/** A schema that also allows what stands for such a value. */
function open(node: Node | undefined): unknown {
  if (node === undefined) return true;
  openInside(node);
  const annotations = Object.fromEntries(Object.entries(node).filter(([key]) => ANNOTATIONS.has(key)));
  const rest = Object.fromEntries(Object.entries(node).filter(([key]) => !ANNOTATIONS.has(key)));
  if (Object.keys(rest).length === 0) return node;
  if (rest.type === 'object' && rest.anyOf === undefined) {
    openMap(node);
    return node;
  }
  const isAnyOf = Array.isArray(rest.anyOf) && Object.keys(rest).length === 1;
  const alternatives: Node[] = isAnyOf ? toNodes(rest.anyOf) : [rest];
  const isText = alternatives.some((alternative) => isAnyString(alternative));
  const isCollection = alternatives.every((alternative) => alternative.type === 'array' || alternative.oneOf !== undefined);
  return { ...annotations, anyOf: [...alternatives, ...(isText || isCollection ? [] : [PLACEHOLDER]), REFERENCE] };
}

/** Lets `$include` stand in a map, and what it brings not be required beside it. Keeps the map a plain one, which editors complete best. */
function openMap(node: Node): void {
  node.properties = { ...toNode(node.properties), $include: INCLUDE_PROPERTY };
  if (node.propertyNames !== undefined) node.propertyNames = { anyOf: [node.propertyNames, { const: '$include' }] };
  if (Array.isArray(node.required) && node.required.length > 0) {
    node.anyOf = [{ required: node.required }, { required: ['$include'] }];
    delete node.required;
  }
}

function isAnyString(node: Node): boolean {
  return node.type === 'string' && Object.keys(node).every((key) => key === 'type' || key === 'minLength' || ANNOTATIONS.has(key));
}

function toNode(value: unknown): Node | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Node) : undefined;
}

function toNodes(value: unknown): Node[] {
  return Array.isArray(value) ? value.map(toNode).filter((item) => item !== undefined) : [];
}

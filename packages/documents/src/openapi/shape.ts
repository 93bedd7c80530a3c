/** The kinds of object that OpenAPI 2.0, 3.0 and 3.1 define and that this package looks into. */
export type ObjectKind =
  | 'document'
  | 'info'
  | 'components'
  | 'pathItem'
  | 'operation'
  | 'parameter'
  | 'requestBody'
  | 'response'
  | 'header'
  | 'mediaType'
  | 'encoding'
  | 'example'
  | 'link'
  | 'callback'
  | 'schema'
  | 'securityScheme'
  | 'server'
  | 'tag'
  | 'integration';

/** What stands under a key: one object, a map of them by free names, or a list of them. */
export interface ChildShape {
  form: 'one' | 'map' | 'list';
  kind: ObjectKind;
}

const one = (kind: ObjectKind): ChildShape => ({ form: 'one', kind });
const map = (kind: ObjectKind): ChildShape => ({ form: 'map', kind });
const list = (kind: ObjectKind): ChildShape => ({ form: 'list', kind });

const parameterLike: Record<string, ChildShape> = {
  schema: one('schema'),
  items: one('schema'),
  content: map('mediaType'),
  examples: map('example'),
};

const operations = Object.fromEntries(
  ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'x-amazon-apigateway-any-method'].map((key) => [
    key,
    one('operation'),
  ]),
);

/**
 * Where OpenAPI objects stand in one another. Only along these ways is a `$ref` a reference: in examples, defaults and
 * unknown extensions it is data. Keys that are not here lead to no object of interest.
 */
const SHAPES: Record<ObjectKind, Readonly<Record<string, ChildShape>>> = {
  document: {
    info: one('info'),
    paths: map('pathItem'),
    webhooks: map('pathItem'),
    components: one('components'),
    servers: list('server'),
    tags: list('tag'),
    definitions: map('schema'),
    parameters: map('parameter'),
    responses: map('response'),
    securityDefinitions: map('securityScheme'),
  },
  info: {},
  components: {
    schemas: map('schema'),
    responses: map('response'),
    parameters: map('parameter'),
    examples: map('example'),
    requestBodies: map('requestBody'),
    headers: map('header'),
    securitySchemes: map('securityScheme'),
    links: map('link'),
    callbacks: map('callback'),
    pathItems: map('pathItem'),
    'x-amazon-apigateway-integrations': map('integration'),
  },
  pathItem: { ...operations, parameters: list('parameter'), servers: list('server') },
  operation: {
    parameters: list('parameter'),
    requestBody: one('requestBody'),
    responses: map('response'),
    callbacks: map('callback'),
    servers: list('server'),
    'x-amazon-apigateway-integration': one('integration'),
  },
  parameter: parameterLike,
  requestBody: { content: map('mediaType') },
  response: { headers: map('header'), content: map('mediaType'), schema: one('schema'), links: map('link') },
  header: parameterLike,
  mediaType: { schema: one('schema'), examples: map('example'), encoding: map('encoding') },
  encoding: { headers: map('header') },
  example: {},
  link: {},
  callback: {},
  schema: {
    properties: map('schema'),
    patternProperties: map('schema'),
    dependentSchemas: map('schema'),
    definitions: map('schema'),
    $defs: map('schema'),
    allOf: list('schema'),
    anyOf: list('schema'),
    oneOf: list('schema'),
    prefixItems: list('schema'),
    items: one('schema'),
    additionalItems: one('schema'),
    additionalProperties: one('schema'),
    unevaluatedItems: one('schema'),
    unevaluatedProperties: one('schema'),
    propertyNames: one('schema'),
    contains: one('schema'),
    contentSchema: one('schema'),
    not: one('schema'),
    if: one('schema'),
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema; nothing awaits this table
    then: one('schema'),
    else: one('schema'),
  },
  securityScheme: {},
  server: {},
  tag: {},
  integration: {},
};

/** What stands under a key of an object of that kind; undefined when nothing does that is looked into. */
export function childShape(kind: ObjectKind, key: string): ChildShape | undefined {
  if (kind === 'callback') return key.startsWith('x-') ? undefined : PATH_ITEM;
  return Object.hasOwn(SHAPES[kind], key) ? SHAPES[kind][key] : undefined;
}

const PATH_ITEM = one('pathItem');

/** Kinds in whose maps `x-` keys are extensions; elsewhere a name may begin with `x-`. */
export function isExtensionKey(kind: ObjectKind, key: string): boolean {
  return key.startsWith('x-') && (kind === 'pathItem' || kind === 'response');
}

/** Kinds without which a route cannot be built: what is wrong with them is an error, with the others a warning. */
export function isNeededForRouting(kind: ObjectKind): boolean {
  return kind === 'document' || kind === 'pathItem' || kind === 'operation' || kind === 'integration' || kind === 'securityScheme';
}

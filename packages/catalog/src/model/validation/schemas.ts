import type { SchemaObject } from 'ajv';

const text: SchemaObject = { type: 'string', minLength: 1 };
const plainText: SchemaObject = { type: 'string' };
const texts: SchemaObject = { type: 'array', items: text };
const texted: SchemaObject = { type: 'object', additionalProperties: true, patternProperties: { '^.+$': plainText } };

/** Every spec property of Backstage's kinds that is checked is one of these; order is the order in which errors are found. */
type Properties = Record<string, SchemaObject>;

const RELATION: SchemaObject = {
  type: 'object',
  required: ['type', 'targetRef'],
  additionalProperties: false,
  properties: {
    type: { type: 'string', minLength: 1, pattern: '^\\w+$' },
    target: {
      type: 'object',
      required: ['kind', 'namespace', 'name'],
      additionalProperties: false,
      properties: { kind: text, namespace: text, name: text },
    },
    targetRef: text,
  },
};

const STATUS: SchemaObject = {
  type: 'object',
  additionalProperties: true,
  properties: {
    items: {
      type: 'array',
      items: {
        type: 'object',
        required: ['type', 'level', 'message'],
        additionalProperties: true,
        properties: {
          type: text,
          level: { type: 'string', enum: ['info', 'warning', 'error'] },
          message: plainText,
          error: {
            type: 'object',
            required: ['name', 'message'],
            additionalProperties: true,
            properties: { name: text, message: plainText, code: plainText, stack: plainText },
          },
        },
      },
    },
  },
};

/** What gives a document a reference at all: only such a document can be an entity with an error. */
export const ENVELOPE_SCHEMA: SchemaObject = {
  type: 'object',
  required: ['apiVersion', 'kind', 'metadata'],
  additionalProperties: true,
  properties: {
    apiVersion: text,
    kind: text,
    metadata: { type: 'object', required: ['name'], additionalProperties: true, properties: { name: text, namespace: text } },
  },
};

/** The parts that all kinds share (`Entity` and `EntityMeta` of the descriptor format). */
export const ENTITY_SCHEMA: SchemaObject = {
  type: 'object',
  required: ['apiVersion', 'kind', 'metadata'],
  additionalProperties: false,
  properties: {
    apiVersion: text,
    kind: text,
    metadata: {
      type: 'object',
      required: ['name'],
      additionalProperties: true,
      properties: {
        uid: text,
        etag: text,
        name: text,
        namespace: text,
        title: text,
        description: plainText,
        labels: texted,
        annotations: texted,
        tags: texts,
        links: {
          type: 'array',
          items: { type: 'object', required: ['url'], properties: { url: text, title: text, icon: text, type: text } },
        },
      },
    },
    spec: { type: 'object' },
    relations: { type: 'array', items: RELATION },
    status: STATUS,
  },
};

const PROFILE: SchemaObject = { type: 'object', properties: { displayName: text, email: text, picture: text } };

const PERMISSIONS: SchemaObject = { type: 'object', properties: { tags: { type: 'array', items: plainText } } };
const TEMPLATE_PARAMETERS: SchemaObject = { type: 'object', properties: { 'backstage:permissions': PERMISSIONS } };
const CONDITION: SchemaObject = { type: ['string', 'boolean'] };

const TEMPLATE: Properties = {
  type: text,
  owner: text,
  lifecycle: text,
  parameters: { oneOf: [TEMPLATE_PARAMETERS, { type: 'array', items: TEMPLATE_PARAMETERS }] },
  secrets: { type: 'object', properties: { schema: { type: 'object' } } },
  presentation: {
    type: 'object',
    properties: {
      buttonLabels: {
        type: 'object',
        properties: { backButtonText: plainText, createButtonText: plainText, reviewButtonText: plainText },
      },
    },
  },
  EXPERIMENTAL_recovery: { type: 'object', properties: { EXPERIMENTAL_strategy: plainText } },
  EXPERIMENTAL_formDecorators: { type: 'array', items: { type: 'object', properties: { id: plainText, input: { type: 'object' } } } },
  steps: {
    type: 'array',
    items: {
      type: 'object',
      required: ['action'],
      properties: {
        id: plainText,
        name: plainText,
        action: plainText,
        input: { type: 'object' },
        if: CONDITION,
        'backstage:permissions': PERMISSIONS,
      },
    },
  },
  output: {
    type: 'object',
    properties: {
      links: {
        type: 'array',
        items: { type: 'object', properties: { if: CONDITION, url: text, entityRef: text, title: text, icon: text } },
      },
      text: { type: 'array', items: { type: 'object', properties: { if: CONDITION, title: text, icon: text, content: plainText } } },
    },
    additionalProperties: plainText,
  },
};

/** One kind: the versions it is recognised in, and the schema of its `spec`. */
export interface KindSchema {
  apiVersions: readonly string[];
  /** Name of Backstage's component that would refuse it, part of its error texts. */
  processor: 'BuiltinKindsEntityProcessor' | 'ScaffolderEntitiesProcessor';
  required: readonly string[];
  properties: Properties;
}

const CORE_VERSIONS = ['backstage.io/v1alpha1', 'backstage.io/v1beta1'];

function core(required: readonly string[], properties: Properties, apiVersions: readonly string[] = CORE_VERSIONS): KindSchema {
  return { apiVersions, processor: 'BuiltinKindsEntityProcessor', required, properties };
}

const OWNED: Properties = { lifecycle: text, owner: text, system: text };

function aiResource(type: SchemaObject, required: readonly string[] = [], properties: Properties = {}): KindSchema {
  return core(['type', 'lifecycle', 'owner', ...required], { type, ...OWNED, ...properties }, ['backstage.io/v1alpha1']);
}

function oneType(type: string): SchemaObject {
  return { type: 'string', enum: [type] };
}

/** Kinds by name; `Kind/type` is the schema of one `spec.type` of a kind. */
export const KIND_SCHEMAS: ReadonlyMap<string, KindSchema> = new Map([
  // That a definition is not empty is checked apart (`validateKind`): `minLength` counts the code points of megabytes one by one.
  ['API', core(['type', 'lifecycle', 'owner', 'definition'], { type: text, ...OWNED, definition: plainText })],
  [
    'API/mcp-server',
    core(['type', 'lifecycle', 'owner', 'remotes'], {
      type: { const: 'mcp-server' },
      ...OWNED,
      remotes: { type: 'array', minItems: 1, items: { type: 'object', required: ['type', 'url'], properties: { type: text, url: text } } },
    }),
  ],
  [
    'Component',
    core(['type', 'lifecycle', 'owner'], {
      type: text,
      ...OWNED,
      subcomponentOf: text,
      providesApis: texts,
      consumesApis: texts,
      dependsOn: texts,
    }),
  ],
  ['System', core(['owner'], { owner: text, domain: text, type: text })],
  ['Domain', core(['owner'], { owner: text, subdomainOf: text, type: text })],
  ['Resource', core(['type', 'owner'], { type: text, owner: text, dependsOn: texts, system: text })],
  ['Group', core(['type', 'children'], { type: text, profile: PROFILE, parent: text, children: texts, members: texts })],
  ['User', core(['memberOf'], { profile: PROFILE, memberOf: texts })],
  ['Location', core([], { type: text, target: text, targets: texts, presence: { type: 'string', enum: ['required', 'optional'] } })],
  [
    'Template',
    {
      apiVersions: ['scaffolder.backstage.io/v1beta3'],
      processor: 'ScaffolderEntitiesProcessor',
      required: ['type', 'steps'],
      properties: TEMPLATE,
    },
  ],
  ['AiResource', aiResource(text)],
  [
    'AiResource/skill',
    aiResource(oneType('skill'), [], {
      disciplines: texts,
      categories: texts,
      agents: texts,
      dependsOn: texts,
      allowedTools: text,
      license: text,
      compatibility: { type: 'string', minLength: 1, maxLength: 500 },
    }),
  ],
  ['AiResource/rule', aiResource(oneType('rule'), ['category', 'rationale'], { disciplines: texts, category: text, rationale: text })],
  ['AiResource/plugin', aiResource(oneType('plugin'), ['skills'], { skills: texts, version: text })],
  ['AiResource/marketplace', aiResource(oneType('marketplace'), ['plugins'], { plugins: texts, version: text })],
]);

import { MANAGEMENT_ERRORS, type ManagementErrorCode, type Operation, problemDocument } from '@gatehouse/contract/management';
import type { z } from 'zod';
import type { Implementation } from '../../operation/implementation.ts';
import { COMMON_ERRORS } from '../check-answer.ts';
import { Components, type JsonSchema, toJsonSchema } from './components.ts';

/** What the document says of the server. */
export interface DocumentInfo {
  version: string;
  /** Where the operations are: `/api/v1`. */
  prefix: string;
}

type Node = Record<string, unknown>;

/** Errors that only operations with a body can have. */
const BODY_ERRORS: readonly ManagementErrorCode[] = ['request.too-large', 'request.unsupported-media-type'];

/** The OpenAPI 3.1 document of the management interface, made from its operations' schemas. */
export function createOpenApiDocument(implementations: readonly Implementation[], { version, prefix }: DocumentInfo): Node {
  const components = new Components();
  const refusals = new Refusals(components.add('Problem', toJsonSchema(problemDocument, 'output')));
  const paths: Record<string, Node> = {};
  for (const { operation } of implementations) {
    const item = paths[operation.path] ?? {};
    item[operation.method.toLowerCase()] = toOperation(operation, components, refusals);
    paths[operation.path] = item;
  }
  const tags = [...new Set(implementations.map(({ operation }) => tagOf(operation)))].sort();
  return {
    openapi: '3.1.0',
    info: { title: 'Gatehouse management interface', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: prefix }],
    tags: tags.map((name) => ({ name })),
    security: [{ bearer: [] }],
    paths,
    components: {
      schemas: components.all(),
      responses: refusals.all(),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'An access token; see docs/access.md.' } },
    },
  };
}

function toOperation(operation: Operation, components: Components, refusals: Refusals): Node {
  const name = toPascalCase(operation.id);
  const node: Node = {
    operationId: operation.id,
    summary: operation.summary,
    tags: [tagOf(operation)],
    description: `Needs the role ${operation.access}.`,
    parameters: [
      ...toParameters(operation.params, 'path'),
      ...toParameters(operation.query, 'query'),
      ...(operation.versioned === true && operation.method !== 'GET' ? [IF_MATCH] : []),
    ],
    responses: { ...successes(operation, name, components), ...refusals.of(operation) },
  };
  if (operation.access === 'public') node.security = [];
  if (operation.body.type !== 'undefined') {
    const schema = components.use(`${name}Body`, toJsonSchema(operation.body, 'input'));
    node.requestBody = { required: true, content: { 'application/json': { schema } } };
  }
  return node;
}

const IF_MATCH = {
  name: 'If-Match',
  in: 'header',
  description: 'The ETag of the version that the change is made on; refused with 412 when there is a newer one.',
  schema: { type: 'string' },
};

function toParameters(schema: z.ZodType, place: 'path' | 'query'): Node[] {
  if (schema.type === 'undefined') return [];
  const { properties = {}, required = [] } = toJsonSchema(schema, 'input') as { properties?: Record<string, Node>; required?: string[] };
  return Object.entries(properties).map(([name, { description, ...type }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: type,
  }));
}

function successes(operation: Operation, name: string, components: Components): Node {
  const schema = components.use(`${name}Result`, toJsonSchema(operation.result, 'output'));
  const answer: Node = { description: operation.summary, content: { 'application/json': { schema } } };
  if (operation.versioned === true) {
    answer.headers = { ETag: { description: 'The version; for If-Match.', schema: { type: 'string' } } };
  }
  return Object.fromEntries(operation.statuses.map((status) => [String(status), answer]));
}

/** The error responses, each of which stands in the document once. */
class Refusals {
  readonly #problem: JsonSchema;
  readonly #responses: Record<string, Node> = {};

  constructor(problem: JsonSchema) {
    this.#problem = problem;
  }

  all(): Record<string, Node> {
    return this.#responses;
  }

  of(operation: Operation): Node {
    const codes = [...COMMON_ERRORS, ...operation.errors, ...(operation.body.type === 'undefined' ? [] : BODY_ERRORS)];
    const byStatus = new Map<number, ManagementErrorCode[]>();
    for (const code of new Set(codes)) {
      const { status } = MANAGEMENT_ERRORS[code];
      byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
    }
    return Object.fromEntries([...byStatus].map(([status, listed]) => [String(status), this.#response(listed.sort())]));
  }

  #response(codes: readonly ManagementErrorCode[]): Node {
    const name = codes.join('_');
    this.#responses[name] ??= {
      description: codes.map((code) => `\`${code}\`: ${MANAGEMENT_ERRORS[code].title}`).join('. '),
      content: {
        'application/problem+json': {
          schema: { allOf: [this.#problem, { type: 'object', properties: { code: { type: 'string', enum: codes } } }] },
        },
      },
    };
    return { $ref: `#/components/responses/${name}` };
  }
}

function tagOf({ id }: Operation): string {
  return id.split('.', 1)[0] ?? id;
}

/** `apps.revoke-credential` to `AppsRevokeCredential`. */
function toPascalCase(id: string): string {
  return id
    .split(/[.-]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
}

import { ownValue, setOwn } from '../../openapi/definition-document.ts';
import { type DefinitionView, entriesOf, itemsOf, textOf } from '../definition-view.ts';
import type { SchemaReader } from '../schema/schema-reader.ts';
import type { Schema } from '../schema/schema-view.ts';
import { type Content, canonicalMediaType } from './media-types.ts';
import type { Operation } from './operations.ts';

export interface RequestBody {
  isRequired: boolean;
  content: Content;
  description: unknown;
}

export interface ResponseHeader {
  /** As it is written. */
  name: string;
  isRequired: boolean;
  schema: Schema;
  description: unknown;
}

export interface Response {
  content: Content;
  /** By lower-case name. */
  headers: ReadonlyMap<string, ResponseHeader>;
  description: unknown;
}

/** The request body of an operation; of 2.0, what `body` and `formData` parameters say. */
export function readRequestBody(operation: Operation, schemas: SchemaReader): RequestBody | undefined {
  const { definition, value } = operation;
  if (definition.version === '2.0') return readBody2(operation, schemas);
  const body = definition.resolve(ownValue(value, 'requestBody'));
  if (body === undefined) return undefined;
  return {
    isRequired: ownValue(body, 'required') === true,
    content: readContent(body, definition, schemas),
    description: ownValue(body, 'description'),
  };
}

/** The responses of an operation by status: `200`, `2XX`, `default`. */
export function readResponses({ definition, value }: Operation, schemas: SchemaReader): Map<string, Response> {
  const responses = new Map<string, Response>();
  for (const [status, written] of entriesOf(definition.resolve(ownValue(value, 'responses')))) {
    if (status.startsWith('x-')) continue;
    const response = definition.resolve(written) ?? {};
    responses.set(status === 'default' ? status : status.toUpperCase(), {
      content:
        definition.version === '2.0' ? readContent2(response, value, definition, schemas) : readContent(response, definition, schemas),
      headers: readHeaders(response, definition, schemas),
      description: ownValue(response, 'description'),
    });
  }
  return responses;
}

/** The schema of a parameter or header: below it, in its `content`, or in 2.0 the object itself. */
export function schemaOfParameter(parameter: Record<string, unknown>, schemas: SchemaReader, definition: DefinitionView): Schema {
  if (definition.version === '2.0') return schemas.of(parameter);
  const [mediaType] = entriesOf(definition.child(parameter, 'content'));
  const holder = mediaType === undefined ? parameter : definition.resolve(mediaType[1]);
  return schemas.of(ownValue(holder, 'schema'));
}

/** Parameters of the operation and of its path, references followed. */
export function writtenParameters({ definition, value, pathItem }: Operation): Record<string, unknown>[] {
  return [...itemsOf(ownValue(pathItem, 'parameters')), ...itemsOf(ownValue(value, 'parameters'))]
    .map((written) => definition.resolve(written))
    .filter((parameter) => parameter !== undefined);
}

function readContent(owner: unknown, definition: DefinitionView, schemas: SchemaReader): Content {
  const content = new Map<string, Schema>();
  for (const [type, written] of entriesOf(definition.child(owner, 'content'))) {
    content.set(canonicalMediaType(type), schemas.of(ownValue(definition.resolve(written), 'schema')));
  }
  return content;
}

function readContent2(response: unknown, operation: unknown, definition: DefinitionView, schemas: SchemaReader): Content {
  const schema = ownValue(response, 'schema');
  return schema === undefined ? new Map() : inEach(mediaTypes2('produces', operation, definition), schemas.of(schema));
}

function readBody2(operation: Operation, schemas: SchemaReader): RequestBody | undefined {
  const { definition, value } = operation;
  const parameters = writtenParameters(operation);
  const body = parameters.findLast((parameter) => textOf(parameter, 'in') === 'body');
  if (body !== undefined) {
    const content = inEach(mediaTypes2('consumes', value, definition), schemas.of(ownValue(body, 'schema')));
    return { isRequired: ownValue(body, 'required') === true, content, description: ownValue(body, 'description') };
  }
  const fields = parameters.filter((parameter) => textOf(parameter, 'in') === 'formData');
  if (fields.length === 0) return undefined;
  const properties: Record<string, unknown> = {};
  for (const field of fields) setOwn(properties, textOf(field, 'name') ?? '', field);
  const required = fields.filter((field) => ownValue(field, 'required') === true).map((field) => textOf(field, 'name'));
  const hasFile = fields.some((field) => textOf(field, 'type') === 'file');
  const assumed = hasFile ? 'multipart/form-data' : 'application/x-www-form-urlencoded';
  const content = inEach(mediaTypes2('consumes', value, definition, assumed), schemas.of({ type: 'object', properties, required }));
  return { isRequired: required.length > 0, content, description: undefined };
}

/** Of the operation, else of the document, else what nearly every such document means. */
function mediaTypes2(key: 'consumes' | 'produces', operation: unknown, { root }: DefinitionView, assumed = 'application/json'): string[] {
  const written = [ownValue(operation, key), ownValue(root, key)].map(itemsOf).find((items) => items.length > 0);
  return (written ?? [assumed]).filter((type) => typeof type === 'string').map(canonicalMediaType);
}

function inEach(types: readonly string[], schema: Schema): Content {
  return new Map(types.map((type) => [type, schema]));
}

function readHeaders(response: unknown, definition: DefinitionView, schemas: SchemaReader): Map<string, ResponseHeader> {
  const headers = new Map<string, ResponseHeader>();
  for (const [name, written] of entriesOf(definition.child(response, 'headers'))) {
    const header = definition.resolve(written);
    // OpenAPI 3.0.3 section 4.7.17: a header named Content-Type is ignored; `content` says it.
    if (header === undefined || name.toLowerCase() === 'content-type') continue;
    headers.set(name.toLowerCase(), {
      name,
      isRequired: ownValue(header, 'required') === true,
      schema: schemaOfParameter(header, schemas, definition),
      description: ownValue(header, 'description'),
    });
  }
  return headers;
}

import type { ApiDocument } from '../document/api-document.ts';
import { asFields, asList, asText, asWord, type Fields, fieldOf } from '../document/value.ts';
import { type Content, toContents, toFormContent, toV2Contents } from './content.ts';
import type { OperationEntry } from './index-openapi.ts';
import { type Parameter, toParameter } from './parameter.ts';
import { type SecurityChoice, toSecurity } from './security.ts';

export interface RequestBody {
  description: string | undefined;
  required: boolean;
  contents: readonly Content[];
}

export interface ResponseHeader {
  name: string;
  description: string | undefined;
  schema: unknown;
}

export interface ResponseCase {
  /** `200`, `4XX`, `default`. */
  status: string;
  description: string | undefined;
  headers: readonly ResponseHeader[];
  contents: readonly Content[];
}

/** An operation in one form, whichever version of OpenAPI it is written in. Schemas in it are as they are written. */
export interface Operation extends OperationEntry {
  description: string | undefined;
  docs: { url: string; description: string | undefined } | undefined;
  parameters: readonly Parameter[];
  body: RequestBody | undefined;
  responses: readonly ResponseCase[];
  /** One of these is needed; none: nothing is. */
  security: readonly SecurityChoice[];
}

/** Reads an operation of a document. */
export function readOperation(document: ApiDocument, entry: OperationEntry): Operation {
  const item = document.fields(document.at(entry.at));
  const operation = asFields(fieldOf(item, entry.method.toLowerCase())) ?? {};
  const isV2 = document.at(['swagger']) !== undefined;
  const all = toParameters(document, item.parameters, operation.parameters);
  return {
    ...entry,
    description: asText(operation.description) ?? asText(item.description),
    docs: toDocs(operation.externalDocs),
    parameters: all.flatMap((fields) => toParameter(document, fields) ?? []),
    body: isV2 ? toV2Body(document, operation, all) : toBody(document, operation.requestBody),
    responses: toResponses(document, operation, isV2),
    security: toSecurity(document, operation.security),
  };
}

/** Those of the path item, overridden by those of the operation with the same place and name. */
function toParameters(document: ApiDocument, ofItem: unknown, ofOperation: unknown): Fields[] {
  const all = new Map<string, Fields>();
  for (const given of [...asList(ofItem), ...asList(ofOperation)]) {
    const fields = document.fields(given);
    all.set(`${asWord(fields.in)} ${asWord(fields.name)}`, fields);
  }
  return [...all.values()];
}

function toBody(document: ApiDocument, given: unknown): RequestBody | undefined {
  if (asFields(given) === undefined) return undefined;
  const fields = document.fields(given);
  return { description: asText(fields.description), required: fields.required === true, contents: toContents(document, fields.content) };
}

/** OpenAPI 2 has the body among the parameters: one `in: body`, or one for each field of a form. */
function toV2Body(document: ApiDocument, operation: Fields, parameters: readonly Fields[]): RequestBody | undefined {
  const consumes = asList(operation.consumes ?? document.at(['consumes'])).flatMap((type) => asText(type) ?? []);
  const whole = parameters.find((fields) => fields.in === 'body');
  if (whole !== undefined) {
    const types = consumes.length > 0 ? consumes : ['application/json'];
    return {
      description: asText(whole.description),
      required: whole.required === true,
      contents: toV2Contents(types, whole.schema, undefined),
    };
  }
  const fields = parameters.filter((each) => each.in === 'formData');
  if (fields.length === 0) return undefined;
  return {
    description: undefined,
    required: fields.some(({ required }) => required === true),
    contents: [toFormContent(fields, consumes)],
  };
}

function toResponses(document: ApiDocument, operation: Fields, isV2: boolean): ResponseCase[] {
  const produces = asList(operation.produces ?? document.at(['produces'])).flatMap((type) => asText(type) ?? []);
  return Object.entries(asFields(operation.responses) ?? {})
    .filter(([status]) => !status.startsWith('x-'))
    .map(([status, given]) => {
      const fields = document.fields(given);
      const types = produces.length > 0 ? produces : ['application/json'];
      return {
        status,
        description: asText(fields.description),
        headers: Object.entries(asFields(fields.headers) ?? {}).map(([name, header]) => toHeader(document, name, header)),
        contents: !isV2
          ? toContents(document, fields.content)
          : fields.schema === undefined
            ? []
            : toV2Contents(types, fields.schema, fields.examples),
      };
    });
}

function toHeader(document: ApiDocument, name: string, given: unknown): ResponseHeader {
  const fields = document.fields(given);
  // OpenAPI 2 writes the schema's own words beside the description.
  return { name, description: asText(fields.description), schema: fields.schema ?? fields };
}

function toDocs(given: unknown): Operation['docs'] {
  const fields = asFields(given);
  const url = asText(fieldOf(fields, 'url'));
  return url === undefined || !/^https?:\/\//i.test(url) ? undefined : { url, description: asText(fieldOf(fields, 'description')) };
}

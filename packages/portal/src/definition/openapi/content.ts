import type { ApiDocument } from '../document/api-document.ts';
import { asFields, asText, asWord, type Fields } from '../document/value.ts';

export interface Example {
  /** Empty when the document gives it none. */
  name: string;
  summary: string | undefined;
  value: unknown;
}

/** A body of one media type. */
export interface Content {
  type: string;
  /** As it is written; undefined: anything. */
  schema: unknown;
  examples: readonly Example[];
}

/** The media types of OpenAPI 3. */
export function toContents(document: ApiDocument, given: unknown): Content[] {
  return Object.entries(asFields(given) ?? {}).map(([type, media]) => {
    const fields = document.fields(media);
    return { type, schema: fields.schema, examples: toExamples(document, fields) };
  });
}

/** `example` or `examples` of a media type, parameter or header of OpenAPI 3. */
export function toExamples(document: ApiDocument, fields: Fields): Example[] {
  const named = Object.entries(asFields(fields.examples) ?? {}).flatMap(([name, given]) => {
    const example = document.fields(given);
    // What is only at a URL is not loaded: the page asks nobody but its own server.
    return example.value === undefined ? [] : [{ name, summary: asText(example.summary), value: example.value }];
  });
  return fields.example === undefined ? named : [{ name: '', summary: undefined, value: fields.example }, ...named];
}

/** The same schema in each of the media types of OpenAPI 2. */
export function toV2Contents(types: readonly string[], schema: unknown, examples: unknown): Content[] {
  const byType = asFields(examples) ?? {};
  return types.map((type) => ({
    type,
    schema,
    examples: Object.hasOwn(byType, type) ? [{ name: '', summary: undefined, value: byType[type] }] : [],
  }));
}

/** The fields of a form of OpenAPI 2 as the schema of a body. */
export function toFormContent(fields: readonly Fields[], consumes: readonly string[]): Content {
  const file = fields.some(({ type }) => type === 'file');
  const properties = fields.map(({ name, in: _in, required: _required, ...schema }) => [
    asWord(name) ?? '',
    schema.type === 'file' ? { ...schema, type: 'string', format: 'binary' } : schema,
  ]);
  return {
    type: consumes.find((type) => /form/i.test(type)) ?? (file ? 'multipart/form-data' : 'application/x-www-form-urlencoded'),
    schema: {
      type: 'object',
      required: fields.filter(({ required }) => required === true).map(({ name }) => name),
      properties: Object.fromEntries(properties),
    },
    examples: [],
  };
}

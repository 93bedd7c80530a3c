import type { DefinitionChange } from '@gatehouse/contract';
import type { OpenApiDocument } from './definition-view.ts';

type Json = Record<string, unknown>;

/** A 3.0 document with one operation, `POST /pets/{id}`. */
export function withOperation(operation: Json, document: Json = {}): OpenApiDocument {
  return {
    openapi: '3.0.3',
    info: { title: 'Pets', version: '1' },
    paths: { '/pets/{id}': { post: { responses: {}, ...operation } } },
    ...document,
  };
}

/** The same schema as request body and as response. */
export function withSchema(schema: unknown, document: Json = {}): OpenApiDocument {
  const content = { 'application/json': { schema } };
  return withOperation({ requestBody: { content }, responses: { 200: { description: 'OK', content } } }, document);
}

/** `! rule @ location`, the mark for breaking ones only. */
export function brief({ breaking, rule, location }: DefinitionChange): string {
  return `${breaking ? '! ' : ''}${rule} @ ${location}`;
}

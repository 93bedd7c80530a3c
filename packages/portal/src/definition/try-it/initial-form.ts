import type { ApiDocument } from '../document/api-document.ts';
import { bodyKindOf } from '../openapi/body-kind.ts';
import type { Content } from '../openapi/content.ts';
import { toExampleText } from '../openapi/example-text.ts';
import type { Operation } from '../openapi/operation.ts';
import { mergeSchema } from '../schema/merge-schema.ts';
import { sampleOf } from '../schema/sample.ts';
import { exampleOf, propertiesOf } from '../schema/schema-shape.ts';
import { type FieldKind, type FieldValue, fieldKindOf, toFieldValue } from './field-kind.ts';
import type { FormBody, RequestForm } from './request-form.ts';

/**
 * What a form begins with: what is required has its example or default, so that it can be sent as it is; what is not stays empty, for a
 * filter that nobody asked for changes the answer.
 */
export function initialForm(document: ApiDocument, operation: Operation): RequestForm {
  const parameters: Record<string, FieldValue> = {};
  for (const { id, required, schema, examples, contentType } of operation.parameters) {
    if (!required) continue;
    const kind: FieldKind = contentType === undefined ? fieldKindOf(document, schema) : { kind: 'json' };
    const value = examples[0] === undefined ? beginningOf(document, schema, kind) : toFieldValue(kind, examples[0].value);
    if (value !== undefined) parameters[id] = value;
  }
  const [content] = operation.body?.contents ?? [];
  return {
    parameters,
    body: content === undefined ? undefined : initialBody(document, content),
    headers: [],
    accept: acceptable(operation)[0],
  };
}

/** The media types that an operation answers with, those of successes first. */
export function acceptable(operation: Operation): string[] {
  const responses = [...operation.responses].sort((a, b) => Number(b.status.startsWith('2')) - Number(a.status.startsWith('2')));
  const types = responses.flatMap(({ status, contents }) => (status.startsWith('2') ? contents.map(({ type }) => type) : []));
  return [...new Set(types)];
}

/** A body of a media type with its example, or one made from its schema. */
export function initialBody(document: ApiDocument, { type, schema, examples }: Content, example = 0): FormBody {
  const value = examples[example]?.value ?? (schema === undefined ? undefined : sampleOf(document, schema, 'request'));
  const kind = bodyKindOf(type);
  if (kind !== 'form' && kind !== 'files') return { contentType: type, text: toExampleText(type, value), fields: {} };
  const fields: Record<string, FieldValue> = {};
  const given = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  for (const { name, schema: property, required } of propertiesOf(mergeSchema(document, schema).words)) {
    const filled = required && Object.hasOwn(given, name) ? toFieldValue(fieldKindOf(document, property), given[name]) : undefined;
    if (filled !== undefined) fields[name] = filled;
  }
  return { contentType: type, text: '', fields };
}

function beginningOf(document: ApiDocument, schema: unknown, kind: FieldKind): FieldValue | undefined {
  const { words } = mergeSchema(document, schema);
  const value = toFieldValue(kind, exampleOf(words)?.value ?? words.default);
  return value ?? (kind.kind === 'choice' ? kind.values[0] : undefined);
}

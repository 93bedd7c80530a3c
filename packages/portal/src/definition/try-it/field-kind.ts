import type { ApiDocument } from '../document/api-document.ts';
import { asList, asText } from '../document/value.ts';
import { mergeSchema } from '../schema/merge-schema.ts';
import { typesOf } from '../schema/schema-shape.ts';

/** How a value is asked for. `json`: what has parts of its own is written as JSON. */
export type FieldKind =
  | { kind: 'text' | 'number' | 'integer' | 'date' | 'boolean' | 'json' }
  | { kind: 'choice'; values: readonly string[] }
  | { kind: 'choices'; values: readonly string[] }
  | { kind: 'list' };

/** What a form holds for a field: texts as they are typed; several for lists. */
export type FieldValue = string | readonly string[];

/** Decides by its schema how a parameter or a field of a form is asked for. */
export function fieldKindOf(document: ApiDocument, schema: unknown): FieldKind {
  const { words, choices } = mergeSchema(document, schema);
  const types = typesOf(words);
  const [type] = types;
  const values = valuesOf(words);
  if (type === 'array') {
    const items = mergeSchema(document, words.items);
    const ofItems = valuesOf(items.words);
    if (ofItems.length > 0) return { kind: 'choices', values: ofItems };
    const [itemType] = typesOf(items.words);
    return itemType === 'object' || itemType === 'array' ? { kind: 'json' } : { kind: 'list' };
  }
  if (values.length > 0 && type !== 'object') return { kind: 'choice', values };
  if (type === 'object') return { kind: 'json' };
  // Several types at once are typed in as text.
  if (types.length > 1 || choices.length > 0) return { kind: 'text' };
  if (type === 'boolean') return { kind: 'boolean' };
  if (type === 'integer' || type === 'number') return { kind: type };
  return { kind: type === 'string' && asText(words.format) === 'date' ? 'date' : 'text' };
}

function valuesOf(words: Readonly<Record<string, unknown>>): string[] {
  const values = Object.hasOwn(words, 'const') ? [words.const] : asList(words.enum);
  return [...new Set(values.filter((value) => value !== null && typeof value !== 'object').map(String))];
}

/** A value of the document as it stands in the form. */
export function toFieldValue({ kind }: FieldKind, value: unknown): FieldValue | undefined {
  if (value === undefined || value === null) return undefined;
  if (kind === 'choices' || kind === 'list') return (Array.isArray(value) ? value : [value]).map(toText);
  return kind === 'json' ? toJson(value) : toText(value);
}

function toText(value: unknown): string {
  return typeof value === 'object' && value !== null ? toJson(value) : String(value);
}

function toJson(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

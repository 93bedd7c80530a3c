import type { ApiDocument } from '../document/api-document.ts';
import { asFields, asList, asText, type Fields } from '../document/value.ts';

export interface Choice {
  /** One of them fits, or any number of them. */
  kind: 'oneOf' | 'anyOf';
  options: readonly unknown[];
}

/** A schema with its references followed and its `allOf` merged into it. */
export interface MergedSchema {
  /** Its words without `$ref`, `allOf`, `oneOf`, `anyOf`. */
  words: Fields;
  choices: readonly Choice[];
  nullable: boolean;
  /** Name and pointer of what it refers to, when it is nothing but that. */
  name: string | undefined;
  pointer: string | undefined;
  broken: string | undefined;
  /** `false` as a schema: nothing fits it. */
  never: boolean;
}

/** Schemas are merged so deep, and so many of them; more is a circle or made to take long. */
const DEPTH_MAX = 16;
const BRANCHES_MAX = 200;

/** Follows and merges as far as one level is concerned: what properties and items are stays as it is written. */
export function mergeSchema(document: ApiDocument, given: unknown): MergedSchema {
  return merge(document, given, [], { left: BRANCHES_MAX });
}

function merge(document: ApiDocument, given: unknown, path: readonly string[], branches: { left: number }): MergedSchema {
  branches.left--;
  const { value, name, pointer, broken } = document.resolve(given);
  const fields = asFields(value) ?? {};
  const { allOf, oneOf, anyOf, ...own } = fields;
  let words: Record<string, unknown> = {};
  const choices: Choice[] = [];
  let nullable = isNullable(own);
  let only: MergedSchema | undefined;
  const inner = pointer === undefined ? path : [...path, pointer];
  const circular = pointer !== undefined && path.includes(pointer);
  const parts = circular || path.length >= DEPTH_MAX ? [] : asList(allOf);
  for (const part of parts) {
    if (branches.left <= 0) break;
    const merged = merge(document, part, inner, branches);
    words = lay(words, merged.words);
    choices.push(...merged.choices);
    // All of them have to allow it.
    nullable ||= merged.nullable && parts.length === 1;
    only = merged;
  }
  for (const [kind, list] of [
    ['oneOf', asList(oneOf)],
    ['anyOf', asList(anyOf)],
  ] as const) {
    const options = list.filter((option) => !isNull(document, option));
    nullable ||= options.length < list.length;
    const [single] = options;
    if (options.length > 1) choices.push({ kind, options });
    else if (single !== undefined && branches.left > 0 && !circular && path.length < DEPTH_MAX) {
      const merged = merge(document, single, inner, branches);
      words = lay(words, merged.words);
      choices.push(...merged.choices);
      only = merged;
    }
  }
  const alone = only !== undefined && own.properties === undefined && parts.length <= 1 && choices.length === only.choices.length;
  return {
    words: lay(words, own),
    choices,
    nullable,
    name: name ?? (alone ? only?.name : undefined),
    pointer: pointer ?? (alone ? only?.pointer : undefined),
    broken: broken ?? only?.broken,
    never: value === false,
  };
}

/** `over` on top of `under`: properties and required names are joined, a property in both has to fit both. */
function lay(under: Fields, over: Fields): Record<string, unknown> {
  const result: Record<string, unknown> = { ...under, ...over };
  const [below, above] = [asFields(under.properties), asFields(over.properties)];
  if (below !== undefined && above !== undefined) {
    const both = Object.keys(above).filter((name) => Object.hasOwn(below, name) && below[name] !== above[name]);
    result.properties = {
      ...below,
      ...above,
      ...Object.fromEntries(both.map((name) => [name, { allOf: [below[name], above[name]] }])),
    };
  }
  const required = [...asList(under.required), ...asList(over.required)];
  if (required.length > 0) result.required = [...new Set(required)];
  return result;
}

function isNullable(fields: Fields): boolean {
  return fields.nullable === true || fields['x-nullable'] === true || asList(fields.type).includes('null');
}

function isNull(document: ApiDocument, option: unknown): boolean {
  const fields = document.fields(option);
  return (
    asText(fields.type) === 'null' || fields.const === null || (Array.isArray(fields.enum) && fields.enum.every((one) => one === null))
  );
}

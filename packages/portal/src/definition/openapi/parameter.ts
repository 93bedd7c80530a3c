import type { ApiDocument } from '../document/api-document.ts';
import { asFields, asText, asWord, type Fields } from '../document/value.ts';
import { type Example, toContents, toExamples } from './content.ts';

export type ParameterPlace = 'path' | 'query' | 'header' | 'cookie';

/** How the value of a parameter is written; `tabDelimited` is of OpenAPI 2. */
export type ParameterStyle = 'simple' | 'label' | 'matrix' | 'form' | 'spaceDelimited' | 'pipeDelimited' | 'tabDelimited' | 'deepObject';

export interface Parameter {
  /** `query status`: place and name. */
  id: string;
  in: ParameterPlace;
  name: string;
  description: string | undefined;
  required: boolean;
  deprecated: boolean;
  schema: unknown;
  style: ParameterStyle;
  explode: boolean;
  allowReserved: boolean;
  /** It is written as a text of this media type, not by a style. */
  contentType: string | undefined;
  examples: readonly Example[];
}

const PLACES: readonly string[] = ['path', 'query', 'header', 'cookie'] satisfies ParameterPlace[];
const STYLES: readonly string[] = [
  'simple',
  'label',
  'matrix',
  'form',
  'spaceDelimited',
  'pipeDelimited',
  'deepObject',
] satisfies ParameterStyle[];

/** Styles of OpenAPI 2, by `collectionFormat`. */
const COLLECTION_STYLES: Record<string, { style: ParameterStyle; explode: boolean } | undefined> = {
  csv: { style: 'form', explode: false },
  ssv: { style: 'spaceDelimited', explode: false },
  tsv: { style: 'tabDelimited', explode: false },
  pipes: { style: 'pipeDelimited', explode: false },
  multi: { style: 'form', explode: true },
};

/** These are decided by the body, by what is accepted, and by the gateway; OpenAPI 3 says to leave them alone. */
const NOT_PARAMETERS = new Set(['accept', 'content-type']);

/** A parameter in one form for every version of OpenAPI; undefined when it is none that is sent with the head. */
export function toParameter(document: ApiDocument, fields: Fields): Parameter | undefined {
  const place = asText(fields.in) ?? '';
  const name = asWord(fields.name);
  if (name === undefined || !PLACES.includes(place) || (place === 'header' && NOT_PARAMETERS.has(name.toLowerCase()))) return undefined;
  const within = place as ParameterPlace;
  const [content] = toContents(document, fields.content);
  return {
    id: `${within} ${name}`,
    in: within,
    name,
    description: asText(fields.description),
    required: within === 'path' || fields.required === true,
    deprecated: fields.deprecated === true,
    // OpenAPI 2 has the words of the schema beside those of the parameter.
    schema: content?.schema ?? fields.schema ?? toV2Schema(fields),
    ...toStyle(fields, within),
    allowReserved: fields.allowReserved === true,
    contentType: content?.type,
    examples: content?.examples ?? toExamples(document, fields),
  };
}

function toStyle(fields: Fields, place: ParameterPlace): Pick<Parameter, 'style' | 'explode'> {
  const own = place === 'query' || place === 'cookie' ? 'form' : 'simple';
  if (fields.schema === undefined && fields.type !== undefined) {
    const collection = COLLECTION_STYLES[asText(fields.collectionFormat) ?? 'csv'] ?? { style: 'form', explode: false };
    // In a path or header only the delimiter is left of it.
    return own === 'simple' && collection.style === 'form' ? { style: 'simple', explode: false } : collection;
  }
  const named = asText(fields.style);
  const style = named !== undefined && STYLES.includes(named) ? (named as ParameterStyle) : own;
  return { style, explode: typeof fields.explode === 'boolean' ? fields.explode : style === 'form' };
}

function toV2Schema(fields: Fields): unknown {
  const {
    name: _name,
    in: _in,
    required: _required,
    description: _description,
    allowEmptyValue: _empty,
    collectionFormat: _format,
    ...schema
  } = fields;
  return asFields(schema) === undefined || Object.keys(schema).length === 0 ? undefined : schema;
}

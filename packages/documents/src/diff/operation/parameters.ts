import { ownValue } from '../../openapi/definition-document.ts';
import { type DefinitionView, entriesOf, textOf } from '../definition-view.ts';
import type { SchemaReader } from '../schema/schema-reader.ts';
import type { Schema } from '../schema/schema-view.ts';
import { canonicalMediaType } from './media-types.ts';
import { schemaOfParameter, writtenParameters } from './messages.ts';
import type { Operation } from './operations.ts';

export interface Parameter {
  name: string;
  /** `query`, `header`, `path` or `cookie`. */
  place: string;
  isRequired: boolean;
  isDeprecated: boolean;
  schema: Schema;
  /** How arrays and objects are written, in the terms of OpenAPI 3. */
  style: string;
  description: unknown;
}

/** OpenAPI 3.0.3 section 4.7.12.1: header parameters with these names are ignored, other parts of the document say them. */
const IGNORED_HEADERS = new Set(['accept', 'content-type', 'authorization']);

/** What `collectionFormat` of 2.0 is called since; the default depends on the place. */
const COLLECTION_FORMATS: Readonly<Record<string, string>> = {
  multi: 'form, exploded',
  ssv: 'spaceDelimited',
  pipes: 'pipeDelimited',
  tsv: 'tabDelimited',
};

/** The parameters of an operation by what they are known by: place and name, or the position in the path. */
export function readParameters(operation: Operation, schemas: SchemaReader): Map<string, Parameter> {
  const parameters = new Map<string, Parameter>();
  for (const [index, name] of operation.pathParameters.entries()) {
    // Few documents for Amazon API Gateway declare them.
    const schema = schemas.of(UNDECLARED);
    parameters.set(`path ${index}`, {
      name,
      place: 'path',
      isRequired: true,
      isDeprecated: false,
      schema,
      style: 'simple',
      description: undefined,
    });
  }
  for (const written of writtenParameters(operation)) {
    const parameter = toParameter(written, operation.definition, schemas);
    const key = keyOf(parameter, operation);
    if (key !== undefined) parameters.set(key, parameter);
  }
  return parameters;
}

const UNDECLARED = { type: 'string' };

function keyOf({ place, name }: Parameter, { definition, pathParameters }: Operation): string | undefined {
  switch (place) {
    case 'query':
    case 'cookie':
      return `${place} ${name}`;
    case 'header':
      return definition.version !== '2.0' && IGNORED_HEADERS.has(name.toLowerCase()) ? undefined : `header ${name.toLowerCase()}`;
    case 'path': {
      const index = pathParameters.indexOf(name.replace(/\+$/, ''));
      return index < 0 ? undefined : `path ${index}`;
    }
    default:
      return undefined;
  }
}

function toParameter(written: Record<string, unknown>, definition: DefinitionView, schemas: SchemaReader): Parameter {
  const place = textOf(written, 'in') ?? '';
  return {
    name: textOf(written, 'name') ?? '',
    place,
    isRequired: place === 'path' || ownValue(written, 'required') === true,
    isDeprecated: ownValue(written, 'deprecated') === true,
    schema: schemaOfParameter(written, schemas, definition),
    style: styleOf(written, place, definition),
    description: ownValue(written, 'description'),
  };
}

function styleOf(written: Record<string, unknown>, place: string, definition: DefinitionView): string {
  const [mediaType] = entriesOf(ownValue(written, 'content'));
  if (mediaType !== undefined) return canonicalMediaType(mediaType[0]);
  const usual = place === 'query' || place === 'cookie' ? 'form' : 'simple';
  if (definition.version === '2.0') {
    const format = textOf(written, 'collectionFormat') ?? 'csv';
    return (Object.hasOwn(COLLECTION_FORMATS, format) ? COLLECTION_FORMATS[format] : undefined) ?? usual;
  }
  const style = textOf(written, 'style') ?? usual;
  const explode = ownValue(written, 'explode') ?? style === 'form';
  return explode === true ? `${style}, exploded` : style;
}

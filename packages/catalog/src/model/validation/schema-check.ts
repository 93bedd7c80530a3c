import { Ajv, type ErrorObject, type SchemaObject, type ValidateFunction } from 'ajv';

/** The first thing a schema finds wrong. */
export interface SchemaFinding {
  /** JSON Pointer, `<root>` for the document itself, as Backstage writes it. */
  at: string;
  message: string;
  /** ` - missingProperty: type`: the parameters, which some of Backstage's texts append. */
  details: string;
  path: (string | number)[];
}

export type SchemaCheck = (value: unknown) => SchemaFinding | undefined;

/**
 * Compiles when it is first used, once for the process. Stops at the first error: that is the one that Backstage reports, and a
 * document of a million mistakes costs no more than one.
 */
export function createSchemaCheck(schema: SchemaObject): SchemaCheck {
  let validate: ValidateFunction | undefined;
  return (value) => {
    validate ??= new Ajv({ allowUnionTypes: true }).compile(schema);
    if (validate(value)) return undefined;
    const error = validate.errors?.[0];
    // The only finding without an error object would be a schema of `false`, and there is none.
    return error === undefined ? { at: '<root>', message: 'is not valid', details: '', path: [] } : toFinding(error);
  };
}

function toFinding(error: ErrorObject): SchemaFinding {
  const params = Object.entries(error.params)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ');
  return {
    at: error.instancePath || '<root>',
    message: error.message ?? 'is not valid',
    details: ` - ${params}`,
    path: error.instancePath
      .split('/')
      .slice(1)
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')),
  };
}

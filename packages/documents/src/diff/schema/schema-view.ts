/** One or several written schemas that all apply to the same value; the same object for the same set of them. */
export interface Schema {
  readonly id: number;
  readonly parts: readonly object[];
  /** The component's name, where the schema is one. */
  readonly name: string | undefined;
}

export type LimitKeyword = 'minimum' | 'maximum' | 'minLength' | 'maxLength' | 'minItems' | 'maxItems' | 'minProperties' | 'maxProperties';

export interface Limit {
  value: number;
  isExclusive: boolean;
}

/** What a schema says once references are followed and `allOf` is merged, in the terms of no particular OpenAPI version. */
export interface SchemaView {
  /** Of the component, also where it stands alone in an `allOf`, `oneOf` or `anyOf`; else the title. */
  name: string | undefined;
  /** Without `null`; undefined: any type. Empty: no value at all. */
  types: ReadonlySet<string> | undefined;
  isNullable: boolean;
  /** Canonical text to value, without `null`; undefined: any value. */
  enum: ReadonlyMap<string, unknown> | undefined;
  format: string | undefined;
  patterns: ReadonlySet<string>;
  limits: ReadonlyMap<LimitKeyword, Limit>;
  multipleOf: number | undefined;
  isUnique: boolean;
  properties: ReadonlyMap<string, Schema>;
  patternProperties: ReadonlyMap<string, Schema>;
  required: ReadonlySet<string>;
  /** Of properties that are not declared; undefined: anything. */
  additional: Schema | undefined;
  items: Schema | undefined;
  prefixItems: readonly Schema[];
  /** Of `oneOf` and `anyOf`, without the one that stands for null. */
  variants: readonly Schema[];
  discriminator: string | undefined;
  /** Keywords that are compared as they are written. */
  conditions: ReadonlyMap<string, unknown>;
  isReadOnly: boolean;
  isWriteOnly: boolean;
  isDeprecated: boolean;
  default: unknown;
  documentation: ReadonlyMap<string, unknown>;
}

/** Whether no value is valid, as with the schema `false`. */
export function isNever(view: SchemaView): boolean {
  return view.types?.size === 0 && !view.isNullable;
}

/** Whether a schema says nothing but that one of its variants applies. */
export function isBareChoice(view: SchemaView): boolean {
  return (
    view.variants.length > 0 &&
    view.properties.size === 0 &&
    view.required.size === 0 &&
    view.limits.size === 0 &&
    view.enum === undefined &&
    view.items === undefined &&
    view.additional === undefined
  );
}

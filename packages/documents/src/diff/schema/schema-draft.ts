import { isObject, ownValue } from '../../openapi/definition-document.ts';
import { canonicalText } from '../canonical-text.ts';
import { type DefinitionView, entriesOf, itemsOf, textOf } from '../definition-view.ts';
import type { WorkBudget } from '../work-budget.ts';
import { type Limits, tightenLimits } from './limits.ts';
import { intersectTypes, isNullableWritten, writtenTypes } from './merge-types.ts';
import type { Schema, SchemaView } from './schema-view.ts';

const CONDITIONS = [
  'not',
  'if',
  'then',
  'else',
  'contains',
  'minContains',
  'maxContains',
  'propertyNames',
  'dependentRequired',
  'dependentSchemas',
];
const DOCUMENTATION = ['title', 'description', 'example', 'examples', 'externalDocs'];

/** Shared by the many schemas that say nothing of the kind. */
const NO_MAP: ReadonlyMap<never, never> = new Map<never, never>();
const NO_SET: ReadonlySet<never> = new Set();

/** Makes schemas of written ones; what the reader of a definition does. */
export type ToSchema = (...written: unknown[]) => Schema;

/** Merges written schemas that all apply into one view: what several of them say of the same thing, all hold. */
export class SchemaDraft {
  /** Written schemas of `oneOf` and `anyOf`. */
  readonly variants: unknown[] = [];
  /** Null is allowed by an alternative, whatever the other parts say. */
  hasNullVariant = false;
  /** Name of the component that this comes down to. */
  name: string | undefined;
  readonly #version: DefinitionView['version'];
  readonly #budget: WorkBudget;
  #types: Set<string> | undefined;
  #enum: Map<string, unknown> | undefined;
  #format: string | undefined;
  #patterns: Set<string> | undefined;
  #limits: Limits | undefined;
  #multipleOf: number | undefined;
  #isUnique = false;
  #properties: Map<string, unknown[]> | undefined;
  #patternProperties: Map<string, unknown[]> | undefined;
  #required: Set<string> | undefined;
  readonly #additional: unknown[] = [];
  readonly #items: unknown[] = [];
  readonly #prefixItems: unknown[][] = [];
  #discriminator: string | undefined;
  #conditions: Map<string, unknown> | undefined;
  #isReadOnly = false;
  #isWriteOnly = false;
  #isDeprecated = false;
  #default: unknown;
  #documentation: Map<string, unknown> | undefined;

  constructor(version: DefinitionView['version'], budget: WorkBudget) {
    this.#version = version;
    this.#budget = budget;
  }

  forbidAll(): void {
    this.#types = new Set();
  }

  /** `isOutermost`: not from inside an `allOf`. */
  add(part: object, isOutermost: boolean): void {
    this.#budget.spend(Object.keys(part).length + 1);
    const types = writtenTypes(part, this.#version);
    this.#types = intersectTypes(this.#types, types);
    // Of no effect in 3.0.3, but what authors mean who cannot write it beside a reference: { allOf: [$ref], nullable: true }.
    if (isOutermost && types === undefined && this.#version !== '3.1' && isNullableWritten(part)) this.hasNullVariant = true;
    this.#addEnum(part);
    this.#addScalars(part);
    this.#limits = tightenLimits(this.#limits, part);
    this.#addChildren(part);
    for (const key of CONDITIONS) this.#conditions = merge(this.#conditions, key, ownValue(part, key));
    for (const key of DOCUMENTATION) {
      if (!this.#documentation?.has(key)) this.#documentation = merge(this.#documentation, key, ownValue(part, key));
    }
  }

  finish(toSchema: ToSchema): SchemaView {
    const all = (map: ReadonlyMap<string, unknown[]> | undefined): SchemaView['properties'] =>
      map === undefined ? NO_MAP : new Map([...map].map(([key, written]) => [key, toSchema(...written)]));
    const types = this.#types ?? this.#impliedTypes();
    // With types, they decide alone: in 3.0 authors add `nullable` and do not repeat null in `enum`.
    const isNullable =
      types === undefined ? (this.#enum?.has('null') ?? this.variants.length === 0) : types.has('null') || this.hasNullVariant;
    this.#enum?.delete('null');
    types?.delete('null');
    const title = this.#documentation?.get('title');
    return {
      name: this.name ?? (typeof title === 'string' ? title : undefined),
      types,
      isNullable: isNullable || this.hasNullVariant,
      enum: this.#enum,
      format: this.#format,
      patterns: this.#patterns ?? NO_SET,
      limits: this.#limits ?? NO_MAP,
      multipleOf: this.#multipleOf,
      isUnique: this.#isUnique,
      properties: all(this.#properties),
      patternProperties: all(this.#patternProperties),
      required: this.#required ?? NO_SET,
      additional: this.#additional.length === 0 ? undefined : toSchema(...this.#additional),
      items: this.#items.length === 0 ? undefined : toSchema(...this.#items),
      prefixItems: this.#prefixItems.map((written) => toSchema(...written)),
      variants: this.variants.map((written) => toSchema(written)),
      discriminator: this.#discriminator,
      conditions: this.#conditions ?? NO_MAP,
      isReadOnly: this.#isReadOnly,
      isWriteOnly: this.#isWriteOnly,
      isDeprecated: this.#isDeprecated,
      default: this.#default,
      documentation: this.#documentation ?? NO_MAP,
    };
  }

  /** Authors leave out `type` where the other keywords tell it; adding it later changes nothing. */
  #impliedTypes(): Set<string> | undefined {
    if (this.#properties !== undefined || this.#additional.length > 0) return new Set(['object']);
    return this.#items.length > 0 || this.#prefixItems.length > 0 ? new Set(['array']) : undefined;
  }

  #addEnum(part: object): void {
    const listed = ownValue(part, 'enum');
    const values = Object.hasOwn(part, 'const') ? [ownValue(part, 'const')] : listed;
    if (!Array.isArray(values)) return;
    const written = new Map(values.map((value) => [canonicalText(value, this.#budget), value]));
    if (this.#enum === undefined) this.#enum = written;
    else for (const key of this.#enum.keys()) if (!written.has(key)) this.#enum.delete(key);
  }

  #addScalars(part: object): void {
    this.#format = textOf(part, 'format') ?? this.#format;
    if (ownValue(part, 'type') === 'file') this.#format = 'binary';
    // What 3.0 writes as format: byte.
    if (textOf(part, 'contentEncoding') === 'base64') this.#format ??= 'byte';
    const pattern = textOf(part, 'pattern');
    if (pattern !== undefined) this.#patterns = (this.#patterns ?? new Set()).add(pattern);
    const multipleOf = ownValue(part, 'multipleOf');
    if (typeof multipleOf === 'number' && multipleOf > 0) this.#multipleOf = multipleOf;
    const discriminator = ownValue(part, 'discriminator');
    this.#discriminator ??= typeof discriminator === 'string' ? discriminator : textOf(discriminator, 'propertyName');
    this.#default = ownValue(part, 'default') ?? this.#default;
    this.#isUnique ||= ownValue(part, 'uniqueItems') === true;
    this.#isReadOnly ||= ownValue(part, 'readOnly') === true;
    this.#isWriteOnly ||= ownValue(part, 'writeOnly') === true;
    this.#isDeprecated ||= ownValue(part, 'deprecated') === true;
  }

  #addChildren(part: object): void {
    for (const [name, schema] of entriesOf(ownValue(part, 'properties'))) this.#properties = push(this.#properties, name, schema);
    for (const [name, schema] of entriesOf(ownValue(part, 'patternProperties')))
      this.#patternProperties = push(this.#patternProperties, name, schema);
    for (const name of itemsOf(ownValue(part, 'required')))
      if (typeof name === 'string') this.#required = (this.#required ?? new Set()).add(name);
    for (const key of ['additionalProperties', 'unevaluatedProperties']) addSchema(this.#additional, ownValue(part, key));
    const items = ownValue(part, 'items');
    if (Array.isArray(items)) this.#addPrefix(items);
    else addSchema(this.#items, items);
    this.#addPrefix(itemsOf(ownValue(part, 'prefixItems')));
    this.#budget.spend((this.#properties?.size ?? 0) + (this.#required?.size ?? 0) + this.#prefixItems.length);
  }

  #addPrefix(items: readonly unknown[]): void {
    for (const [index, item] of items.entries()) {
      const present = this.#prefixItems[index];
      if (present === undefined) this.#prefixItems.push([item]);
      else present.push(item);
    }
  }
}

function addSchema(list: unknown[], written: unknown): void {
  // `true` and `{}` say nothing.
  if (written === false || (isObject(written) && Object.keys(written).length > 0)) list.push(written);
}

function push(map: Map<string, unknown[]> | undefined, key: string, value: unknown): Map<string, unknown[]> {
  const present = map?.get(key);
  present?.push(value);
  return present === undefined ? (map ?? new Map()).set(key, [value]) : (map ?? new Map());
}

function merge(map: Map<string, unknown> | undefined, key: string, value: unknown): Map<string, unknown> | undefined {
  if (value === undefined) return map;
  return (map ?? new Map()).set(key, map?.has(key) ? [map.get(key), value] : value);
}

/** One edit of a schema, and what it is in a request and in a response. */
export interface SchemaRecord {
  edit: string;
  before: unknown;
  after: unknown;
  /** Rules without the direction in front, `!` where they break, and where below the schema; absent: the same in both directions. */
  both?: string[];
  request?: string[];
  response?: string[];
  /** Version of the document before, and after. */
  versions?: [string, string];
  components?: { before?: Record<string, unknown>; after?: Record<string, unknown> };
}

const pet = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });
const string = { type: 'string' };

const types: SchemaRecord[] = [
  { edit: 'another type', before: string, after: { type: 'integer', minimum: 1 }, both: ['! type-changed'] },
  {
    edit: 'number to integer',
    before: { type: 'number' },
    after: { type: 'integer' },
    request: ['! type-narrowed'],
    response: ['type-narrowed'],
  },
  {
    edit: 'integer to number',
    before: { type: 'integer' },
    after: { type: 'number' },
    request: ['type-widened'],
    response: ['! type-widened'],
  },
  {
    edit: 'anything to string (3.1)',
    before: {},
    after: string,
    request: ['! type-narrowed'],
    response: ['type-narrowed'],
    versions: ['3.1.0', '3.1.0'],
  },
  { edit: 'a type that was implied is written', before: { properties: { a: string } }, after: pet({ a: string }), both: [] },
  {
    edit: 'nullable set',
    before: string,
    after: { type: 'string', nullable: true },
    request: ['became-nullable'],
    response: ['! became-nullable'],
  },
  {
    edit: 'nullable taken back',
    before: { type: 'string', nullable: true },
    after: string,
    request: ['! became-not-nullable'],
    response: ['became-not-nullable'],
  },
  {
    edit: 'nullable of 3.0 rewritten for 3.1, in each of its ways',
    before: pet({ a: { type: 'string', nullable: true }, b: { allOf: [{ $ref: '#/components/schemas/B' }], nullable: true } }),
    after: pet({ a: { type: ['string', 'null'] }, b: { anyOf: [{ $ref: '#/components/schemas/B' }, { type: 'null' }] } }),
    both: [],
    versions: ['3.0.3', '3.1.0'],
    components: { before: { B: pet({ c: string }) }, after: { B: pet({ c: string }) } },
  },
  {
    edit: 'nullable inside an allOf, where it has no effect, taken out',
    before: { allOf: [{ type: 'string' }, { nullable: true }] },
    after: { allOf: [{ type: 'string' }] },
    both: [],
  },
  {
    edit: 'a limit that excludes itself, rewritten for 3.1',
    before: { type: 'number', minimum: 0, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: true },
    after: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 9 },
    both: [],
    versions: ['3.0.3', '3.1.0'],
  },
];

const values: SchemaRecord[] = [
  {
    edit: 'int64 to int32',
    before: { type: 'integer', format: 'int64' },
    after: { type: 'integer', format: 'int32' },
    request: ['! format-narrowed'],
    response: ['format-narrowed'],
  },
  {
    edit: 'format dropped',
    before: { type: 'string', format: 'uuid' },
    after: string,
    request: ['format-widened'],
    response: ['! format-widened'],
  },
  {
    edit: 'date to date-time',
    before: { type: 'string', format: 'date' },
    after: { type: 'string', format: 'date-time' },
    both: ['! format-changed'],
  },
  {
    edit: 'enum where any value was',
    before: string,
    after: { type: 'string', enum: ['a'] },
    request: ['! enum-added'],
    response: ['enum-added'],
  },
  { edit: 'enum dropped', before: { type: 'string', enum: ['a'] }, after: string, request: ['enum-removed'], response: ['! enum-removed'] },
  {
    edit: 'one value for another',
    before: { type: 'string', enum: ['a', 'b'] },
    after: { type: 'string', enum: ['b', 'c'] },
    request: ['! enum-narrowed', 'enum-widened'],
    response: ['enum-narrowed', '! enum-widened'],
  },
  { edit: 'enum in another order', before: { enum: ['a', 'b'] }, after: { enum: ['b', 'a'] }, both: [] },
  { edit: 'enum of one as const', before: { enum: ['a'] }, after: { const: 'a' }, both: [], versions: ['3.0.3', '3.1.0'] },
  {
    edit: 'a list that is meant to grow, grown',
    before: { type: 'string', 'x-extensible-enum': ['a'] },
    after: { type: 'string', 'x-extensible-enum': ['a', 'b'] },
    both: [],
  },
  {
    edit: 'limits tightened',
    before: { type: 'array', items: { type: 'integer', minimum: 1 } },
    after: { type: 'array', uniqueItems: true, maxItems: 5, items: { type: 'integer', minimum: 1, exclusiveMinimum: true } },
    request: ['! limit-tightened', '! limit-tightened', '! limit-tightened /*'],
    response: ['limit-tightened', 'limit-tightened', 'limit-tightened /*'],
  },
  {
    edit: 'limits loosened',
    before: { type: 'string', minLength: 2, maxLength: 5 },
    after: { type: 'string', minLength: 1, maxLength: 6 },
    request: ['limit-loosened', 'limit-loosened'],
    response: ['! limit-loosened', '! limit-loosened'],
  },
  { edit: 'a limit that is none', before: string, after: { type: 'string', minLength: 0 }, both: [] },
  {
    edit: 'steps made larger',
    before: { type: 'number', multipleOf: 0.1 },
    after: { type: 'number', multipleOf: 0.3 },
    request: ['! limit-tightened'],
    response: ['limit-tightened'],
  },
  { edit: 'other steps', before: { type: 'integer', multipleOf: 2 }, after: { type: 'integer', multipleOf: 3 }, both: ['! limit-changed'] },
  {
    edit: 'pattern added',
    before: string,
    after: { type: 'string', pattern: 'a+' },
    request: ['! pattern-added'],
    response: ['pattern-added'],
  },
  {
    edit: 'pattern dropped',
    before: { type: 'string', pattern: 'a+' },
    after: string,
    request: ['pattern-removed'],
    response: ['! pattern-removed'],
  },
  {
    edit: 'another pattern',
    before: { type: 'string', pattern: 'a+' },
    after: { type: 'string', pattern: 'b+' },
    both: ['! pattern-changed'],
  },
  { edit: 'default', before: { type: 'integer', default: 1 }, after: { type: 'integer', default: 2 }, both: ['default-changed'] },
  {
    edit: 'a condition',
    before: { type: 'string', not: { enum: ['a'] } },
    after: { type: 'string', not: { enum: ['b'] } },
    both: ['! condition-changed'],
  },
];

const properties: SchemaRecord[] = [
  {
    edit: 'required property added',
    before: pet({ a: string }),
    after: pet({ a: string, b: string }, { required: ['b'] }),
    request: ['! required-property-added /b'],
    response: ['required-property-added /b'],
  },
  { edit: 'optional property added', before: pet({ a: string }), after: pet({ a: string, b: string }), both: ['property-added /b'] },
  {
    edit: 'property removed',
    before: pet({ a: string, 'b/c': string }),
    after: pet({ a: string }),
    request: ['property-removed /b~1c'],
    response: ['! property-removed /b~1c'],
  },
  {
    edit: 'property removed where others are refused',
    before: pet({ a: string, b: string }, { additionalProperties: false }),
    after: pet({ a: string }, { additionalProperties: false }),
    request: ['! property-forbidden /b'],
    response: ['! property-removed /b'],
  },
  {
    edit: 'property became required',
    before: pet({ a: string }),
    after: pet({ a: string }, { required: ['a'] }),
    request: ['! property-became-required /a'],
    response: ['property-became-required /a'],
  },
  {
    edit: 'property became optional',
    before: pet({ a: string }, { required: ['a'] }),
    after: pet({ a: string }),
    request: ['property-became-optional /a'],
    response: ['! property-became-optional /a'],
  },
  {
    edit: 'property became readOnly: nothing in responses',
    before: pet({ a: string }),
    after: pet({ a: { type: 'string', readOnly: true } }),
    request: ['property-became-read-only /a'],
    response: [],
  },
  {
    edit: 'property became writeOnly: nothing in requests',
    before: pet({ a: string }),
    after: pet({ a: { type: 'string', writeOnly: true } }),
    request: [],
    response: ['! property-became-write-only /a'],
  },
  {
    edit: 'a required readOnly property is not asked of requests',
    before: pet({ a: string }),
    after: pet({ a: string, id: { type: 'string', readOnly: true } }, { required: ['id'] }),
    request: [],
    response: ['required-property-added /id'],
  },
  {
    edit: 'property deprecated',
    before: pet({ a: string }),
    after: pet({ a: { type: 'string', deprecated: true } }),
    both: ['property-deprecated /a'],
  },
  {
    edit: 'other properties refused',
    before: pet({ a: string }),
    after: pet({ a: string }, { additionalProperties: false }),
    request: ['! additional-properties-forbidden'],
    response: ['additional-properties-forbidden'],
  },
  {
    edit: 'other properties allowed',
    before: pet({ a: string }, { additionalProperties: false }),
    after: pet({ a: string }, { additionalProperties: true }),
    both: ['additional-properties-allowed'],
  },
  {
    edit: 'values of a map',
    before: { type: 'object', additionalProperties: { type: 'integer' } },
    after: { type: 'object', additionalProperties: string },
    both: ['! type-changed /*'],
  },
  {
    edit: 'items of a tuple',
    before: { type: 'array', prefixItems: [string, string] },
    after: { type: 'array', prefixItems: [string, { type: 'integer' }] },
    both: ['! type-changed /1'],
    versions: ['3.1.0', '3.1.0'],
  },
];

const cat = pet({ purrs: { type: 'boolean' } });
const dog = pet({ barks: { type: 'boolean' } });
const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });

const compositions: SchemaRecord[] = [
  {
    edit: 'allOf written out',
    before: { allOf: [reference('Base'), pet({ b: string }, { required: ['b'] })] },
    after: pet({ a: string, b: string }, { required: ['a', 'b'] }),
    both: [],
    components: { before: { Base: pet({ a: string }, { required: ['a'] }) } },
  },
  {
    edit: 'a property of one part of allOf',
    before: { allOf: [reference('Base'), pet({ b: string })] },
    after: { allOf: [reference('Base'), pet({ b: string })] },
    both: ['! type-changed /a'],
    components: { before: { Base: pet({ a: string }) }, after: { Base: pet({ a: { type: 'integer' } }) } },
  },
  {
    edit: 'variant removed',
    before: { oneOf: [reference('Cat'), reference('Dog')] },
    after: { oneOf: [reference('Dog')] },
    request: ['! variant-removed'],
    response: ['variant-removed'],
    components: { before: { Cat: cat, Dog: dog }, after: { Dog: dog } },
  },
  {
    edit: 'a schema became one of two variants',
    before: reference('Cat'),
    after: { oneOf: [reference('Dog'), reference('Cat')] },
    request: ['variant-added'],
    response: ['! variant-added'],
    components: { before: { Cat: cat }, after: { Cat: cat, Dog: dog } },
  },
  {
    edit: 'variants in another order, one renamed, one changed',
    before: { oneOf: [reference('Cat'), reference('Dog'), { type: 'integer' }] },
    after: { oneOf: [{ type: 'integer', minimum: 1 }, reference('Hound'), reference('Cat')] },
    request: ['! limit-tightened', '! type-changed (Cat)/purrs'],
    response: ['limit-tightened', '! type-changed (Cat)/purrs'],
    components: { before: { Cat: cat, Dog: dog }, after: { Cat: pet({ purrs: string }), Hound: dog } },
  },
  {
    edit: 'variants demanded',
    before: pet({ a: string }),
    after: pet({ a: string }, { anyOf: [{ required: ['a'] }, { required: ['b'] }] }),
    request: ['! variants-required'],
    response: ['variants-required'],
  },
  {
    edit: 'variants no longer demanded',
    before: pet({ a: string }, { anyOf: [{ required: ['a'] }, { required: ['b'] }] }),
    after: pet({ a: string }),
    request: ['variants-dropped'],
    response: ['! variants-dropped'],
  },
  {
    edit: 'another discriminator',
    before: { oneOf: [reference('Cat'), reference('Dog')], discriminator: { propertyName: 'kind' } },
    after: { oneOf: [reference('Cat'), reference('Dog')], discriminator: { propertyName: 'type' } },
    both: ['! discriminator-changed'],
    components: { before: { Cat: cat, Dog: dog }, after: { Cat: cat, Dog: dog } },
  },
  {
    edit: 'a reference that leads through another one',
    before: { $ref: '#/components/schemas/Alias/properties/purrs' },
    after: { type: 'boolean' },
    both: [],
    components: { before: { Cat: cat, Alias: reference('Cat') } },
  },
  {
    edit: 'a change inside a circle of references, told once',
    before: reference('Node'),
    after: reference('Node'),
    both: ['! type-changed /name'],
    components: {
      before: { Node: pet({ name: string, next: reference('Node'), all: { type: 'array', items: reference('Node') } }) },
      after: { Node: pet({ name: { type: 'integer' }, next: reference('Node'), all: { type: 'array', items: reference('Node') } }) },
    },
  },
];

/** Every rule for schemas is shown by at least one of these. */
export const schemaRecords: readonly SchemaRecord[] = [...types, ...values, ...properties, ...compositions];

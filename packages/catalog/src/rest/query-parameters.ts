import type { OrderField } from '../query/condition.ts';
import { CatalogError } from './catalog-error.ts';

/** The query string as Fastify parses it. */
export type Parameters = Readonly<Record<string, string | string[] | undefined>>;

const ORDER_FIELDS_MAX = 20;

/** All values of a parameter that may be repeated. */
export function all(parameters: Parameters, name: string): string[] {
  const value = parameters[name];
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** The value of a parameter; of several the last one. */
export function one(parameters: Parameters, name: string): string | undefined {
  return all(parameters, name).at(-1);
}

/** A whole number from 0. Throws `InputError`. */
export function integer(parameters: Parameters, name: string): number | undefined {
  const text = one(parameters, name);
  if (text === undefined) return undefined;
  const number = /^[+-]?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(number)) throw new CatalogError('InputError', `request/query/${name} must be integer`);
  if (number < 0) throw new CatalogError('InputError', `request/query/${name} must be >= 0`);
  return number;
}

/** A parameter of comma-separated values that may be repeated as well. */
export function list(parameters: Parameters, name: string): string[] {
  return split(all(parameters, name));
}

/** The fields that are asked for; undefined: all. Throws `InputError`. */
export function toFields(values: readonly string[]): string[] | undefined {
  const fields = split(values);
  if (fields.some((field) => field.includes('[')))
    throw new CatalogError('InputError', 'invalid fields, array type fields are not supported');
  return fields.length === 0 ? undefined : [...new Set(fields)].sort();
}

/** `order=asc:kind` of GET /entities. Throws `InputError`. */
export function toOrder(values: readonly string[]): OrderField[] {
  return limited(
    values.map((value) => {
      const colon = value.indexOf(':');
      const order = value.slice(0, colon);
      const field = value.slice(colon + 1);
      if ((order === 'asc' || order === 'desc') && field !== '') return { field, order };
      throw new CatalogError('InputError', `Invalid order parameter "${value}", expected "<asc or desc>:<field name>"`);
    }),
  );
}

/** `orderField=kind,asc` of by-query; the order is ascending when it is not given. Throws `InputError`. */
export function toOrderFields(values: readonly string[]): OrderField[] {
  return limited(
    values.map((value) => {
      const [field = '', order = 'asc'] = value.split(',', 2);
      if (field !== '' && (order === 'asc' || order === 'desc')) return { field, order };
      throw new CatalogError('InputError', 'Invalid order field order, must be asc or desc');
    }),
  );
}

function limited(fields: OrderField[]): OrderField[] {
  if (fields.length > ORDER_FIELDS_MAX) throw new CatalogError('InputError', `More than ${ORDER_FIELDS_MAX} fields to order by`);
  return fields;
}

function split(values: readonly string[]): string[] {
  return values
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

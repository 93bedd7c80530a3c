import { isMap } from '../model/index.ts';
import type { Condition } from '../query/condition.ts';
import { CatalogError } from './catalog-error.ts';

const DEPTH_MAX = 32;
const NODES_MAX = 2_000;
const LOGIC = new Set(['$all', '$any', '$not']);

interface Budget {
  nodes: number;
}

type Primitive = string | number | boolean;

/** A predicate (`query` of the POST forms) as a condition. Throws `InputError` that says where it is wrong. */
export function parsePredicate(query: unknown): Condition {
  if (!isMap(query)) throw new CatalogError('InputError', 'Query must be an object');
  return parseNode(query, 'query', 0, { nodes: 0 });
}

function parseNode(node: unknown, at: string, depth: number, budget: Budget): Condition {
  spend(budget, depth);
  if (isPrimitive(node)) {
    const example = JSON.stringify(node);
    throw invalid(at, `top-level primitive values are not supported. Wrap the value in a field expression, e.g. { "kind": ${example} }`);
  }
  if (!isMap(node)) throw invalid(at, 'expected an object');
  const keys = Object.keys(node);
  const operator = keys.find((key) => key.startsWith('$'));
  if (operator !== undefined && !LOGIC.has(operator)) throw invalid(at, `unknown operator ${operator}`);
  if (operator !== undefined && keys.length > 1)
    throw invalid(at, `${operator} must be the only key, wrap in $all to combine with other conditions`);
  if (operator === '$not') return { not: parseNode(node.$not, `${at}.$not`, depth + 1, budget) };
  if (operator === '$all') return { all: parseNodes(node.$all, `${at}.$all`, depth, budget) };
  if (operator === '$any') return { any: parseNodes(node.$any, `${at}.$any`, depth, budget) };
  return { all: keys.map((key) => parseField(key.toLowerCase(), node[key], `${at}.${key}`, budget, depth)) };
}

function parseNodes(nodes: unknown, at: string, depth: number, budget: Budget): Condition[] {
  if (!Array.isArray(nodes)) throw invalid(at, 'expected an array');
  return nodes.map((node, index) => parseNode(node, `${at}[${index}]`, depth + 1, budget));
}

function parseField(key: string, value: unknown, at: string, budget: Budget, depth: number): Condition {
  spend(budget, depth);
  if (isPrimitive(value)) return { key, values: [fold(value)] };
  if (isMap(value) && Object.keys(value).length === 1) {
    if (typeof value.$exists === 'boolean') return value.$exists ? { key } : { not: { key } };
    if (Array.isArray(value.$in) && value.$in.every(isPrimitive)) {
      for (const _ of value.$in) spend(budget, depth);
      return { key, values: value.$in.map(fold) };
    }
    if (typeof value.$hasPrefix === 'string') return { key, prefix: value.$hasPrefix.toLowerCase() };
    if (value.$contains !== undefined) return parseContains(key, value.$contains, at);
  }
  const expected = 'expected a primitive value, $exists, $in, $hasPrefix, or $contains operator';
  throw invalid(at, `${expected}, but got ${JSON.stringify(value)?.slice(0, 200)}`);
}

/** Of arrays the index knows relations, and items that are texts. */
function parseContains(key: string, item: unknown, at: string): Condition {
  if (isPrimitive(item) && key !== 'relations') return { key, item: fold(item) };
  if (key === 'relations' && isMap(item)) {
    const { type, targetRef, ...rest } = item;
    const unknown = Object.keys(rest)[0];
    if (unknown !== undefined) throw invalid(`${at}.$contains.${unknown}`, 'only type and targetRef of relations can be asked for');
    return { types: parseOneOf(type, `${at}.$contains.type`), targets: parseOneOf(targetRef, `${at}.$contains.targetRef`) };
  }
  throw invalid(`${at}.$contains`, 'supported are a primitive value, and { type, targetRef } for relations');
}

function parseOneOf(value: unknown, at: string): string[] | undefined {
  if (value === undefined) return undefined;
  if (isPrimitive(value)) return [fold(value)];
  if (isMap(value) && Array.isArray(value.$in) && value.$in.every(isPrimitive)) return value.$in.map(fold);
  throw invalid(at, 'expected a primitive value or $in');
}

function spend(budget: Budget, depth: number): void {
  if (depth > DEPTH_MAX) throw new CatalogError('InputError', `Invalid query: nested more than ${DEPTH_MAX} deep`);
  if (++budget.nodes > NODES_MAX) throw new CatalogError('InputError', `Invalid query: more than ${NODES_MAX} conditions`);
}

function invalid(at: string, message: string): CatalogError {
  return new CatalogError('InputError', `Invalid query: ${message} at "${at}"`);
}

function isPrimitive(value: unknown): value is Primitive {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function fold(value: Primitive): string {
  return String(value).toLowerCase();
}

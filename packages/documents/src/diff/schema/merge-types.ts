import { ownValue } from '../../openapi/definition-document.ts';
import type { DefinitionView } from '../definition-view.ts';

/** The types that one written schema allows, `null` among them; undefined: it does not say. */
export function writtenTypes(part: object, version: DefinitionView['version']): Set<string> | undefined {
  const type = ownValue(part, 'type');
  const names = (Array.isArray(type) ? type : [type]).filter((name) => typeof name === 'string');
  if (names.length === 0) return undefined;
  // `file` of 2.0 is what 3.0 calls a string of format binary.
  const types = new Set(names.map((name) => (name === 'file' ? 'string' : name)));
  if (version !== '3.1' && isNullableWritten(part)) types.add('null');
  return types;
}

/** `nullable` of 3.0 and `x-nullable`, which tools write into 2.0. */
export function isNullableWritten(part: object): boolean {
  return ownValue(part, 'nullable') === true || ownValue(part, 'x-nullable') === true;
}

/** Types that both sets allow; every `integer` is a `number`. */
export function intersectTypes(one: Set<string> | undefined, other: Set<string> | undefined): Set<string> | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const both = new Set([...one].filter((type) => allows(other, type)));
  for (const type of other) if (allows(one, type)) both.add(type);
  return both;
}

export function allows(types: ReadonlySet<string>, type: string): boolean {
  return types.has(type) || (type === 'integer' && types.has('number'));
}

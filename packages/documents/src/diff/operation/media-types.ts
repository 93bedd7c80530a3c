import type { Direction } from '../rules/rule.ts';
import type { Schema } from '../schema/schema-view.ts';
import type { OperationPair } from './operation-pair.ts';

/** Schemas of a body by media type, which is in its canonical form. */
export type Content = ReadonlyMap<string, Schema>;

/** Media types are compared without regard to case and to the character set, which JSON has only one of. */
export function canonicalMediaType(text: string): string {
  const [essence = '', ...parameters] = text
    .slice(0, 256)
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  return [essence, ...parameters.filter((parameter) => parameter !== '' && !parameter.startsWith('charset=')).sort()].join(';');
}

/** Compares a body in every media type; media types with the same pair of schemas are compared, and reported, together. */
export function compareContent(before: Content, after: Content, direction: Direction, location: string, pair: OperationPair): void {
  const together = new Map<string, { types: string[]; was: Schema; is: Schema }>();
  const used = new Set<string>();
  for (const [type, was] of before) {
    const matching = findMediaType(after, type);
    const is = matching === undefined ? undefined : after.get(matching);
    if (matching === undefined || is === undefined) {
      pair.add(`${direction}-media-type-removed`, `${location} ${type}`, { name: type });
      continue;
    }
    used.add(matching);
    const key = `${was.id} ${is.id}`;
    const same = together.get(key);
    if (same === undefined) together.set(key, { types: [type], was, is });
    else same.types.push(type);
  }
  for (const type of after.keys()) {
    if (!used.has(type)) pair.add(`${direction}-media-type-added`, `${location} ${type}`, { name: type });
  }
  for (const { types, was, is } of together.values()) pair.compareSchemas(was, is, direction, `${location} ${types.join(', ')}`);
}

/** The media type itself, the one without parameters, or a range that takes it in. */
function findMediaType(content: Content, type: string): string | undefined {
  const essence = type.split(';')[0] ?? type;
  return [type, essence, `${essence.split('/')[0]}/*`, '*/*'].find((candidate) => content.has(candidate));
}

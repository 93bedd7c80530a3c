import type { Entity } from '../model/index.ts';

/** Turns an entity into what a list of dot paths selects of it. */
export type Projection = (entity: Entity) => Record<string, unknown>;

/** A key may contain dots itself (annotations), so a path is followed by every key that it begins with. */
export function createProjection(fields: readonly string[]): Projection {
  return (entity) => {
    const result: Record<string, unknown> = {};
    for (const field of fields) copyPath(entity, field, result);
    return result;
  };
}

/** Whether `fields` can select a part of `path`. */
export function touchesPath(fields: readonly string[], path: string): boolean {
  return fields.some((field) => field === path || path.startsWith(`${field}.`) || field.startsWith(`${path}.`));
}

function copyPath(source: unknown, path: string, target: Record<string, unknown>): boolean {
  if (typeof source !== 'object' || source === null || Array.isArray(source)) return false;
  const members = source as Record<string, unknown>;
  if (Object.hasOwn(members, path)) {
    define(target, path, members[path]);
    return true;
  }
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const key = path.slice(0, dot);
    if (!Object.hasOwn(members, key)) continue;
    const known = Object.hasOwn(target, key) ? target[key] : undefined;
    const child = typeof known === 'object' && known !== null ? { ...known } : {};
    if (!copyPath(members[key], path.slice(dot + 1), child)) continue;
    define(target, key, child);
    return true;
  }
  return false;
}

/** As own data, so that a key `__proto__` is no prototype. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

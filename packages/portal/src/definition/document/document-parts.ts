import { toPointer } from './pointer.ts';
import { asFields, type Fields } from './value.ts';

/** A document in pieces: what was taken apart (names by pointer), and the JSON text of each piece by pointer. Passes between threads. */
export interface DocumentParts {
  containers: Record<string, readonly string[]>;
  texts: Record<string, string>;
}

/** How deep the parts of a document are taken apart: the members of these are pieces of their own. */
const CONTAINERS = new Set([
  '',
  '/paths',
  '/webhooks',
  '/x-webhooks',
  '/components',
  '/channels',
  '/operations',
  // Of OpenAPI 2.
  '/definitions',
  '/parameters',
  '/responses',
  '/securityDefinitions',
]);

/**
 * Takes a document apart. Texts travel to the page many times as fast as objects do, and most of them are never looked into. Throws what
 * `JSON.stringify` throws when the document holds itself, as YAML can.
 */
export function toParts(root: Fields): DocumentParts {
  const parts: DocumentParts = {
    containers: Object.create(null) as DocumentParts['containers'],
    texts: Object.create(null) as DocumentParts['texts'],
  };
  takeApart(root, [], parts);
  return parts;
}

function takeApart(fields: Fields, path: readonly string[], parts: DocumentParts): void {
  parts.containers[toPointer(path)] = Object.keys(fields);
  for (const [name, value] of Object.entries(fields)) {
    const here = [...path, name];
    const inner = asFields(value);
    if (inner !== undefined && isContainer(here)) takeApart(inner, here, parts);
    else parts.texts[toPointer(here)] = JSON.stringify(value) ?? 'null';
  }
}

function isContainer(path: readonly string[]): boolean {
  return CONTAINERS.has(toPointer(path)) || (path.length === 2 && path[0] === 'components');
}

import type { Entity } from './entity.ts';

/** Where an entity was read, and the address that a browser can open, if there is one. */
export function locationOf({ metadata }: Pick<Entity, 'metadata'>): { text: string; href: string | undefined } | undefined {
  const text = metadata.annotations?.['backstage.io/managed-by-location'];
  if (text === undefined) return undefined;
  const view = metadata.annotations?.['backstage.io/view-url'] ?? (text.startsWith('url:') ? text.slice(4) : undefined);
  // The kind of source says nothing to who reads a URL.
  return { text: text.replace(/^url:/, ''), href: view !== undefined && /^https?:\/\//i.test(view) ? view : undefined };
}

import type { ContentsIndex, ContentsItem } from '../contents/contents-rows.ts';
import type { OpenApiIndex } from './index-openapi.ts';

/** What an OpenAPI document lists: its operations by tag, then its schemas, which begin folded. */
export function toContentsIndex({ operations, groups, schemas }: OpenApiIndex): ContentsIndex {
  const items = operations.map(
    ({ key, method, path, summary, deprecated, words, about }): ContentsItem => ({
      key,
      badge: method,
      title: summary ?? path,
      detail: path,
      deprecated,
      words,
      about,
    }),
  );
  const ofTags = groups.map(({ name, operations: positions }) => ({
    name,
    items: positions.flatMap((position) => items[position] ?? []),
  }));
  const ofSchemas = schemas.map(
    (name): ContentsItem => ({
      key: `schema ${name}`,
      badge: undefined,
      title: name,
      detail: undefined,
      deprecated: false,
      words: name.toLowerCase(),
      about: '',
    }),
  );
  return {
    what: 'operations',
    overview: true,
    // A tag may be called Schemas, too.
    groups:
      ofSchemas.length === 0
        ? ofTags
        : [...ofTags, { name: ofTags.some(({ name }) => name === 'Schemas') ? 'All schemas' : 'Schemas', items: ofSchemas, folded: true }],
  };
}

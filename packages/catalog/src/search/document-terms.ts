import { type Entity, isMap } from '../model/index.ts';
import type { DefinitionWords } from './definition-words.ts';
import { WEIGHT_MAX } from './term-postings.ts';
import { tokensOf } from './tokens.ts';

/** How much a word counts by where it stands; a word that stands in several places counts for each of them once. */
const WEIGHTS = { name: 60, title: 50, tags: 30, owner: 15, operationId: 14, path: 14, kind: 10, description: 10, summary: 8 } as const;

/** The words of an entity with their weights, 1 to `WEIGHT_MAX`. */
export function documentTerms(entity: Entity, definition: DefinitionWords | undefined): Map<string, number> {
  const terms = new Map<string, number>();
  const add = (words: Iterable<string>, weight: number) => {
    for (const word of words) terms.set(word, Math.min(WEIGHT_MAX, (terms.get(word) ?? 0) + weight));
  };
  const addTexts = (texts: readonly unknown[], weight: number) => {
    const words = new Set<string>();
    for (const text of texts) if (typeof text === 'string') for (const token of tokensOf(text)) words.add(token);
    add(words, weight);
  };
  const { metadata } = entity;
  const spec = isMap(entity.spec) ? entity.spec : {};
  addTexts([metadata.name], WEIGHTS.name);
  addTexts([metadata.title, isMap(spec.profile) ? spec.profile.displayName : undefined], WEIGHTS.title);
  addTexts(Array.isArray(metadata.tags) ? metadata.tags : [], WEIGHTS.tags);
  addTexts([spec.owner, spec.system], WEIGHTS.owner);
  addTexts([entity.kind, spec.type], WEIGHTS.kind);
  addTexts([metadata.description], WEIGHTS.description);
  if (definition === undefined) return terms;
  add(split(definition.operationIds), WEIGHTS.operationId);
  add(split(definition.paths), WEIGHTS.path);
  add(split(definition.summaries), WEIGHTS.summary);
  return terms;
}

function split(words: string): string[] {
  return words === '' ? [] : words.split(' ');
}

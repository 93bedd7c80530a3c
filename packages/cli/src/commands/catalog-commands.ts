import { type Command, defineCommand, remote } from '../command-line/command.ts';
import { LIST_OPTIONS } from './list-options.ts';

export const search = defineCommand({
  name: 'search',
  arguments: ['WORD…'],
  options: { limit: { value: 'N', integer: true, default: '20', summary: 'Longest list, at most 50.' } },
  summary: 'Finds APIs, operations, owners, apps and backend services by words or by `GET /path`, best first.',
});

export const listProviders = defineCommand({
  name: 'catalog providers',
  arguments: [],
  options: {},
  summary: 'What feeds the catalog: when each was last scanned, and what is wrong with it.',
});

export const scanProvider = defineCommand({
  name: 'catalog scan',
  arguments: ['NAME'],
  options: {},
  summary: 'Scans what feeds the catalog now instead of at its next time.',
  details: ['NAME as catalog providers shows it; locations: all locations.'],
});

export const listProblems = defineCommand({
  name: 'catalog problems',
  arguments: [],
  options: {
    kind: { value: 'KIND', choices: ['error', 'conflict', 'orphan'], summary: 'Only these.' },
    entity: { value: 'REF', summary: 'Only of this entity, such as api:default/petstore.' },
    ...LIST_OPTIONS,
  },
  summary: 'What is wrong in the catalog: documents with errors, entities that two sources claim, entities without a source.',
});

export const CATALOG_COMMANDS: readonly Command[] = [
  remote(search, async () => (await import('../management/search.ts')).search),
  remote(listProviders, async () => (await import('../management/catalog.ts')).listProviders),
  remote(scanProvider, async () => (await import('../management/catalog.ts')).scanProvider),
  remote(listProblems, async () => (await import('../management/catalog.ts')).listProblems),
];

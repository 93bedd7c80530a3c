import type { BenchRequest } from './load.ts';

export interface CatalogScenario {
  name: string;
  /** `number` counts requests, `count` is how many entities there are. */
  request(number: number, count: number): BenchRequest;
  /** Among the figures that are to be reached. */
  isGoal: boolean;
}

const FIELDS = 'fields=kind,metadata.name,metadata.title,spec.type,spec.owner';
const teams = (count: number) => Math.max(5, Math.floor(count / 200));

export const SCENARIOS: readonly CatalogScenario[] = [
  {
    name: 'page: owner filter, sorted, fields',
    isGoal: true,
    request: (number, count) => ({
      path: `/api/catalog/entities/by-query?filter=kind=component,spec.owner=team-${number % teams(count)}&orderField=metadata.name,asc&limit=20&${FIELDS}`,
    }),
  },
  {
    name: 'page: owner filter, whole entities',
    isGoal: true,
    request: (number, count) => ({ path: `/api/catalog/entities/by-query?filter=spec.owner=team-${number % teams(count)}&limit=20` }),
  },
  {
    name: 'page: deep offset',
    isGoal: true,
    request: (number, count) => ({
      path: `/api/catalog/entities/by-query?filter=kind=api&offset=${(number * 37) % (count >> 2)}&limit=20&${FIELDS}`,
    }),
  },
  {
    name: 'page: predicate',
    isGoal: true,
    request: (number, count) => ({
      path: '/api/catalog/entities/by-query',
      body: {
        query: {
          $all: [
            { kind: 'component' },
            { relations: { $contains: { type: 'ownedBy', targetRef: `group:default/team-${number % teams(count)}` } } },
            { $not: { 'spec.lifecycle': 'experimental' } },
          ],
        },
        fields: ['kind', 'metadata.name'],
      },
    }),
  },
  {
    name: 'by name',
    isGoal: true,
    request: (number, count) => ({
      path: `/api/catalog/entities/by-name/system/default/system-${number % Math.max(5, Math.floor(count / 50))}`,
    }),
  },
  {
    name: 'facets of one kind',
    isGoal: true,
    request: (number) => ({
      path: `/api/catalog/entity-facets?facet=spec.type&facet=spec.lifecycle&facet=metadata.tags&filter=kind=${number % 2 === 0 ? 'component' : 'api'}`,
    }),
  },
  {
    name: 'full text: name, title, description',
    isGoal: true,
    request: (number) => ({
      path: `/api/catalog/entities/by-query?fullTextFilterTerm=${['payment', 'refund s', 'loyalty-', 'api 12'][number % 4]}&fullTextFilterFields=metadata.name,metadata.title,metadata.description&limit=20&${FIELDS}`.replace(
        ' ',
        '%20',
      ),
    }),
  },
  {
    name: 'search: words',
    isGoal: true,
    request: (number) => ({ path: `/search?q=${['public+refund+api', 'pay', 'legacy+hotel', 'team+3+seat'][number % 4]}` }),
  },
  {
    name: 'search: operation',
    isGoal: true,
    request: (number) => ({ path: `/search?q=GET+/orders/{id}/list-${number % 1_000}-${number % 20}` }),
  },
];

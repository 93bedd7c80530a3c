import { queryOptions } from '@tanstack/react-query';
import { request } from '../../server/operation.ts';
import type { Condition } from '../catalog-filter.ts';
import type { Entity } from '../entity.ts';

export const PAGE_SIZE = 100;

export interface EntitiesQuestion {
  condition: Condition;
  text: string;
  order: { field: string; order: 'asc' | 'desc' };
}

interface EntitiesPage {
  items: Entity[];
  totalItems: number;
}

const FIELDS = [
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.title',
  'metadata.description',
  'metadata.tags',
  'metadata.annotations.gatehouse.dev/environments',
  'spec.type',
  'spec.lifecycle',
  'relations',
];

/** One page of the entities that a question finds, with how many there are. */
export function entitiesPageQuery({ condition, text, order }: EntitiesQuestion, page: number) {
  return queryOptions({
    queryKey: ['catalog', 'entities', { condition, text, order }, page],
    queryFn: async ({ signal }) =>
      (await request('POST', '/api/catalog/entities/by-query', {
        signal,
        body: {
          query: condition,
          limit: PAGE_SIZE,
          offset: page * PAGE_SIZE,
          orderBy: [order],
          fields: FIELDS,
          ...(text === '' ? {} : { fullTextFilter: { term: text, fields: ['metadata.name', 'metadata.title', 'metadata.description'] } }),
        },
      })) as EntitiesPage,
    staleTime: 30_000,
  });
}

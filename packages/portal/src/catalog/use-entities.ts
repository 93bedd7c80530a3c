import { type UseQueryResult, useQueries, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import type { Entity } from './entity.ts';
import { type EntitiesQuestion, entitiesPageQuery, PAGE_SIZE } from './server/entities-page.ts';

/**
 * The entities that a question finds, however many: only the pages in sight are read. `items` has a hole for each that is not there
 * yet; `onRange` tells which rows are in sight.
 */
export function useEntities(question: EntitiesQuestion) {
  const [range, setRange] = useState<readonly [number, number]>([0, 0]);
  const first = useQuery(entitiesPageQuery(question, 0));
  const total = first.data?.totalItems;
  const lastPage = total === undefined ? 0 : Math.max(0, Math.ceil(total / PAGE_SIZE) - 1);
  const pages = useMemo(() => {
    const from = Math.min(range[0], lastPage);
    const to = Math.min(range[1], lastPage);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index).filter((page) => page > 0);
  }, [range, lastPage]);
  const others = useQueries({ queries: pages.map((page) => entitiesPageQuery(question, page)), combine });
  const items = useMemo(() => {
    const all: (Entity | undefined)[] = new Array(total ?? 0).fill(undefined);
    const put = (page: number, entities: readonly Entity[]) => {
      for (const [index, entity] of entities.entries()) if (page * PAGE_SIZE + index < all.length) all[page * PAGE_SIZE + index] = entity;
    };
    if (first.data !== undefined) put(0, first.data.items);
    for (const [index, page] of pages.entries()) put(page, others.pages[index] ?? []);
    return all;
  }, [total, first.data, pages, others]);
  const onRange = useCallback((from: number, to: number) => {
    const next = [Math.floor(from / PAGE_SIZE), Math.floor(to / PAGE_SIZE)] as const;
    setRange((before) => (before[0] === next[0] && before[1] === next[1] ? before : next));
  }, []);
  const error = first.error ?? others.error;
  return { items, total, error, isPending: first.isPending, isFetching: first.isFetching, onRange, refetch: first.refetch };
}

function combine(results: UseQueryResult<{ items: Entity[] }>[]) {
  return { pages: results.map(({ data }) => data?.items), error: results.find(({ error }) => error !== null)?.error ?? null };
}

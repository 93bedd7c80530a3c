import { infiniteQueryOptions } from '@tanstack/react-query';

interface Page<Item> {
  items: Item[];
  nextCursor?: string | undefined;
}

/** A list that is read page after page, as it is scrolled. `read` gets the cursor of the next page. */
export function pagedQuery<Item>(key: readonly unknown[], read: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<Item>>) {
  return infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
  });
}

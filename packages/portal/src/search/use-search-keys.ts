import { useHotkeys } from '@mantine/hooks';
import { useEffect } from 'react';
import { onOpenSearch } from './open-search.ts';

/** `/` and Ctrl-K (Cmd-K) open the search, wherever one is but in a text, and so do pages that lead to it. */
export function useSearchKeys(open: () => void): void {
  useHotkeys([['/', open]]);
  useHotkeys([['mod+K', open]], []);
  useEffect(() => onOpenSearch(open), [open]);
}

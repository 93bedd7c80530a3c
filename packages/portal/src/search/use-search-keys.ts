import { useHotkeys } from '@mantine/hooks';

/** `/` and Ctrl-K (Cmd-K) open the search, wherever one is but in a text. */
export function useSearchKeys(open: () => void): void {
  useHotkeys([['/', open]]);
  useHotkeys([['mod+K', open]], []);
}

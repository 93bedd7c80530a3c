import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

type State = Readonly<Record<string, string | undefined>>;

/** What a page keeps in the URL, and a way to change some of it; undefined or empty takes it out. `push` makes a step back possible. */
export function useUrlState(): [State, (change: State, options?: { push?: boolean }) => void] {
  const state = useSearch({ strict: false }) as State;
  const navigate = useNavigate();
  const change = useCallback(
    (changed: State, { push = false }: { push?: boolean } = {}) => {
      void navigate({
        to: '.',
        search: (before: State) =>
          Object.fromEntries(Object.entries({ ...before, ...changed }).filter(([, value]) => value !== undefined && value !== '')),
        replace: !push,
        resetScroll: false,
      });
    },
    [navigate],
  );
  return [state, change];
}

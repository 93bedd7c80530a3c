type Listener = () => void;

const listeners = new Set<Listener>();

/** Opens the search, from anywhere on a page. */
export function openSearch(): void {
  for (const listener of listeners) listener();
}

/** Calls back when a page wants the search. Returns what ends it. */
export function onOpenSearch(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

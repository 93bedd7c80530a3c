type Listener = () => void;

const listeners = new Set<Listener>();

/** Tells whoever listens that an answer said that nobody is signed in (any more). */
export function reportSessionEnded(): void {
  for (const listener of listeners) listener();
}

/** Calls back when a session has ended under the page. Returns what ends it. */
export function onSessionEnded(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

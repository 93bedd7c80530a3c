type Listener = () => void;

const listeners = new Set<Listener>();
const PROBE_MS = 5_000;

/** Tells whoever listens that a request got no answer at all. */
export function reportUnreachable(): void {
  for (const listener of listeners) listener();
}

/** Calls back when the control plane could not be reached. Returns what ends it. */
export function onUnreachable(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the control plane answers. */
export async function isReachable(): Promise<boolean> {
  try {
    return (await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(PROBE_MS) })).ok;
  } catch {
    // Whatever came in the way, it cannot be reached.
    return false;
  }
}

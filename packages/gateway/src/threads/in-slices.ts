/** How long one slice may take. Requests that arrive meanwhile wait for it, so it is a fraction of what they take themselves. */
const SLICE_MS = 0.5;

/** Runs `step` until it returns true, in slices between which everything else of the thread goes on. */
export async function inSlices(step: () => boolean): Promise<void> {
  for (;;) {
    const endMs = performance.now() + SLICE_MS;
    do {
      if (step()) return;
    } while (performance.now() < endMs);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

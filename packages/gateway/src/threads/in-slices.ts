/** How long one slice may take. Requests that arrive meanwhile wait for it, so it is a fraction of what they take themselves. */
const SLICE_MS = 0.5;

/** Pause between slices while there is traffic: what a snapshot allocates is then spread over many collections, and each stays short. */
const PAUSE_MS = 1;

/**
 * Runs `step` until it returns true, in slices between which everything else of the thread goes on: with a pause while `handled`, a
 * count of requests, grows; at full speed when it does not.
 */
export async function inSlices(step: () => boolean, handled: () => number): Promise<void> {
  for (;;) {
    const before = handled();
    const endMs = performance.now() + SLICE_MS;
    do {
      if (step()) return;
    } while (performance.now() < endMs);
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (handled() !== before) await new Promise<void>((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

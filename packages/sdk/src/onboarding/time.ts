/**
 * Timers here never keep the process alive: a service that is done must not wait for its onboarding. `AbortSignal.timeout` and
 * `AbortSignal.any` are avoided because early releases of Node 20 let combined signals be collected before they fired.
 */

/** Rejects with the reason of the signal when it aborts first, whatever the promise does later. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) {
      promise.catch(() => undefined);
      return abort();
    }
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Runs work with a signal that aborts after `timeoutMs` or with `parent`; the work is left behind when it does not heed it. */
export async function withTimeout<T>(
  timeoutMs: number,
  parent: AbortSignal,
  reason: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (parent.aborted) throw parent.reason;
  const controller = new AbortController();
  const follow = () => controller.abort(parent.reason);
  parent.addEventListener('abort', follow, { once: true });
  const timer = setTimeout(() => controller.abort(reason()), timeoutMs);
  timer.unref();
  try {
    return await orAborted(work(controller.signal), controller.signal);
  } finally {
    clearTimeout(timer);
    parent.removeEventListener('abort', follow);
  }
}

/** A pause. Rejects with the reason of the signal when it aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const elapsed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
    timer.unref();
  });
  return orAborted(elapsed, signal).finally(() => clearTimeout(timer));
}

/** A later turn of the event loop. An immediate that is not referenced would wait for the next event, in an idle service for ever. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0).unref();
  });
}

const SLICE_MS = 5;

/** Runs a generator in slices of a few milliseconds, so that requests are answered between them. Rejects when the signal aborts. */
export async function runInSlices<T>(steps: Iterator<void, T>, signal: AbortSignal): Promise<T> {
  let sliceEnd = performance.now() + SLICE_MS;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() < sliceEnd) continue;
    await nextTurn();
    if (signal.aborted) throw signal.reason;
    sliceEnd = performance.now() + SLICE_MS;
  }
}

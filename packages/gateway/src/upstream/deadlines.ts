/** Something that must happen before a point in time. */
export interface Timed {
  /** Milliseconds of `performance.now()`; Infinity switches it off. */
  deadlineMs: number;
  expire(): void;
}

const TICK_MS = 10;

/**
 * Deadlines of everything in flight, checked together every 10 ms: a timer for each request, of which nearly none fires,
 * would cost more than the rest of its bookkeeping. A deadline is met at most one tick late.
 */
export class Deadlines {
  readonly #timed = new Set<Timed>();
  #timer: NodeJS.Timeout | null = null;

  add(timed: Timed): void {
    this.#timed.add(timed);
    if (this.#timer === null) {
      this.#timer = setInterval(() => this.#tick(), TICK_MS);
      this.#timer.unref();
    }
  }

  delete(timed: Timed): void {
    this.#timed.delete(timed);
  }

  #tick(): void {
    if (this.#timed.size === 0) {
      if (this.#timer !== null) clearInterval(this.#timer);
      this.#timer = null;
      return;
    }
    const nowMs = performance.now();
    for (const timed of this.#timed) {
      if (timed.deadlineMs > nowMs) continue;
      this.#timed.delete(timed);
      timed.expire();
    }
  }
}

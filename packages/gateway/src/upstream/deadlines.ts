/**
 * Something that must happen before a point in time. It is a node of the list that it is in: a Set, whose tables are replaced as it
 * churns, leaves dead tables behind that keep what was in them alive until the next full collection.
 */
export abstract class Timed {
  /** Milliseconds of `performance.now()`; Infinity switches it off. */
  deadlineMs = Number.POSITIVE_INFINITY;
  /** For `Deadlines`. */
  previousTimed: Timed | null = null;
  nextTimed: Timed | null = null;
  isTimed = false;

  abstract expire(): void;
}

const TICK_MS = 10;

/**
 * Deadlines of everything in flight, checked together every 10 ms: a timer for each request, of which nearly none fires,
 * would cost more than the rest of its bookkeeping. A deadline is met at most one tick late.
 */
export class Deadlines {
  #first: Timed | null = null;
  #timer: NodeJS.Timeout | null = null;
  #nowMs = 0;

  add(timed: Timed): void {
    if (timed.isTimed) return;
    timed.isTimed = true;
    timed.nextTimed = this.#first;
    if (this.#first !== null) this.#first.previousTimed = timed;
    this.#first = timed;
    if (this.#timer === null) {
      this.#nowMs = performance.now();
      this.#timer = setInterval(() => this.#tick(), TICK_MS);
      this.#timer.unref();
    }
  }

  /** The time by which something that may take so long has to be done, for what has been added; 0: never. A tick later at the most. */
  after(ms: number): number {
    // The clock stands up to a tick behind: to read it for each deadline would cost more than the deadline.
    return ms === 0 ? Number.POSITIVE_INFINITY : this.#nowMs + TICK_MS + ms;
  }

  delete(timed: Timed): void {
    if (!timed.isTimed) return;
    timed.isTimed = false;
    const { previousTimed, nextTimed } = timed;
    if (previousTimed === null) this.#first = nextTimed;
    else previousTimed.nextTimed = nextTimed;
    if (nextTimed !== null) nextTimed.previousTimed = previousTimed;
    timed.previousTimed = null;
    timed.nextTimed = null;
  }

  #tick(): void {
    if (this.#first === null) {
      if (this.#timer !== null) clearInterval(this.#timer);
      this.#timer = null;
      return;
    }
    const nowMs = performance.now();
    this.#nowMs = nowMs;
    let timed: Timed | null = this.#first;
    while (timed !== null) {
      // What expires may add itself again, at the front, and is then not seen in this tick.
      const next: Timed | null = timed.nextTimed;
      if (timed.isTimed && timed.deadlineMs <= nowMs) {
        this.delete(timed);
        timed.expire();
      }
      timed = next;
    }
  }
}

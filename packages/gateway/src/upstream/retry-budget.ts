/** Retries that are always possible, so that a quiet service can retry at all. */
const FLOOR_PER_SECOND = 3;
const WINDOW_MS = 10_000;

/**
 * Keeps retries from multiplying the load on a backend that is in trouble: they may be at most a share of the requests of the
 * last ten seconds (per thread), with a small floor.
 */
export class RetryBudget {
  readonly #share: number;
  #windowStartMs = 0;
  #requests = 0;
  #retries = 0;

  constructor(share: number) {
    this.#share = share;
  }

  countRequest(nowMs: number): void {
    if (nowMs - this.#windowStartMs > WINDOW_MS) {
      // Half of the past stays: the budget neither jumps nor starves when the window turns.
      const fresh = nowMs - this.#windowStartMs < 2 * WINDOW_MS;
      this.#requests = fresh ? this.#requests / 2 : 0;
      this.#retries = fresh ? this.#retries / 2 : 0;
      this.#windowStartMs = nowMs;
    }
    this.#requests++;
  }

  /** Takes one retry out of the budget; false when there is none left. */
  take(): boolean {
    if (this.#retries + 1 > this.#requests * this.#share + FLOOR_PER_SECOND * (WINDOW_MS / 1000)) return false;
    this.#retries++;
    return true;
  }
}

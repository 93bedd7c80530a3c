/** Ends a comparison that would take too long; caught by `diffDefinitions` alone. */
export class WorkExhausted extends Error {}

/** Counts what a comparison looks at, so that a hostile pair of definitions ends after a bounded time. */
export class WorkBudget {
  #left: number;

  constructor(units: number) {
    this.#left = units;
  }

  /** One unit is about one key that is looked at. Throws `WorkExhausted` when there are none left. */
  spend(units = 1): void {
    this.#left -= units;
    if (this.#left < 0) throw new WorkExhausted();
  }
}

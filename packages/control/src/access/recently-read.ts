/** Longer lists are dropped whole: what is used comes back by itself. */
const SIZE_MAX = 10_000;

interface Entry<Value> {
  value: Value;
  /** ms, as of the caller's clock. */
  readAt: number;
}

/** What credentials meant a moment ago, by their hash, so that not every request reads the database. */
export class RecentlyRead<Value> {
  readonly #maxAgeMs: number;
  /** Only what was found: guesses must not push out what is used. */
  readonly #entries = new Map<string, Entry<Value>>();
  #generation = 0;

  constructor(maxAgeMs: number) {
    this.#maxAgeMs = maxAgeMs;
  }

  /** Grows with each revocation. To be taken before reading: what was read before a revocation must not be kept. */
  get generation(): number {
    return this.#generation;
  }

  get(hash: string, nowMs: number): Value | undefined {
    const entry = this.#entries.get(hash);
    if (entry === undefined) return undefined;
    const age = nowMs - entry.readAt;
    // A clock that was set back must not keep credentials alive.
    return age >= 0 && age < this.#maxAgeMs ? entry.value : undefined;
  }

  /** Keeps what was read; undefined: there was nothing. */
  set(hash: string, value: Value | undefined, readAt: number, generation: number): void {
    if (value === undefined) this.#entries.delete(hash);
    else if (generation === this.#generation) {
      if (this.#entries.size >= SIZE_MAX) this.#entries.clear();
      this.#entries.set(hash, { value, readAt });
    }
  }

  /** To be called once a revocation is committed: nothing that was read before it counts. */
  forgetAll(): void {
    this.#generation++;
    this.#entries.clear();
  }
}

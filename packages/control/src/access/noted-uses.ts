const EVERY_MS = 60_000;
const SIZE_MAX = 10_000;

export interface NotedUsesOptions {
  /** What is used, for the log: `an access token`. */
  what: string;
  log: { warn(fields: object, message: string): void };
}

/** Writes down that something was used, beside the request and once a minute: that it is used matters less than what it is used for. */
export class NotedUses {
  readonly #options: NotedUsesOptions;
  readonly #noted = new Map<string, number>();
  readonly #writes = new Set<Promise<void>>();

  constructor(options: NotedUsesOptions) {
    this.#options = options;
  }

  /** `lastMs`: what is written down already. `write` gets the time before which a use must lie to be replaced. */
  note(id: string, lastMs: number, nowMs: number, write: (notBeforeMs: number) => Promise<void>): void {
    const notBeforeMs = nowMs - EVERY_MS;
    if (Math.max(lastMs, this.#noted.get(id) ?? 0) > notBeforeMs) return;
    if (this.#noted.size >= SIZE_MAX) this.#noted.clear();
    this.#noted.set(id, nowMs);
    const { what, log } = this.#options;
    const writing = write(notBeforeMs)
      .catch((error: unknown) => log.warn({ err: error }, `The use of ${what} could not be noted`))
      .finally(() => this.#writes.delete(writing));
    this.#writes.add(writing);
  }

  /** Waits for what is still being written. */
  async close(): Promise<void> {
    await Promise.all(this.#writes);
  }
}

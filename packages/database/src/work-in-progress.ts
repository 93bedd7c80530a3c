import { DatabaseUnavailableError } from './errors.ts';

/** What closing has to wait for. */
export class WorkInProgress {
  readonly #running = new Set<Promise<unknown>>();
  #closed = false;

  /** Runs `work` unless the database is closed. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new DatabaseUnavailableError('The database is closed');
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Lets no more work begin and waits for the end of what has begun, however it ends. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#running);
  }
}

import type { Transaction } from 'kysely';
import { checkChannel } from '../channel.ts';
import type { Notifier } from '../database.ts';
import { afterCommit } from '../run-transaction.ts';

/** Wakes within this process: with SQLite there is no other. */
export class LocalNotifier implements Notifier {
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #hooks = new Map<string, () => void>();

  async notify<Schema>(tx: Transaction<Schema>, channel: string): Promise<void> {
    checkChannel(channel);
    let hook = this.#hooks.get(channel);
    if (hook === undefined) {
      hook = () => {
        for (const wake of this.#listeners.get(channel) ?? []) this.#soon(channel, wake);
      };
      this.#hooks.set(channel, hook);
    }
    afterCommit(tx, hook);
  }

  listen(channel: string, wake: () => void): () => void {
    checkChannel(channel);
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners);
    // Wrapped, so that the same function may listen twice.
    const listener = () => wake();
    listeners.add(listener);
    this.#soon(channel, listener);
    return () => listeners.delete(listener);
  }

  close(): void {
    this.#listeners.clear();
  }

  /** Not within the transaction that notifies: what a listener throws is no error of the writer. */
  #soon(channel: string, listener: () => void): void {
    setImmediate(() => {
      if (this.#listeners.get(channel)?.has(listener) === true) listener();
    });
  }
}

import { AsyncLocalStorage } from 'node:async_hooks';

type Log = { error(fields: object, message: string): void };

/**
 * A promise of a plugin that nobody awaits must not end the process when it is rejected, which is what Node.js does by default. Work of plugins
 * runs in a context that says whose it is; rejections out of any other end the process as before.
 */
export class StrayRejections {
  readonly #log: Log;
  readonly #plugins = new AsyncLocalStorage<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  run<Result>(plugin: string, work: () => Result): Result {
    return this.#plugins.run(plugin, work);
  }

  watch(): void {
    process.on('unhandledRejection', this.#onRejection);
  }

  unwatch(): void {
    process.off('unhandledRejection', this.#onRejection);
  }

  readonly #onRejection = (reason: unknown): void => {
    const plugin = this.#plugins.getStore();
    if (plugin !== undefined) {
      const err = reason instanceof Error ? reason.stack : String(reason);
      this.#log.error({ plugin, err }, 'A promise of a plugin was rejected and nobody awaited it');
    } else if (process.listenerCount('unhandledRejection') === 1) {
      // As without a listener.
      throw reason;
    }
  };
}

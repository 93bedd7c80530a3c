import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseUnavailableError } from '@gatehouse/database/errors';
import { Backoff } from '@gatehouse/gateway/node';
import type { GatewayLog } from '@gatehouse/gateway/threads';

export interface LateStartOptions {
  /** Done one after the other; one that the database is away for is done again. */
  steps: readonly (() => Promise<unknown>)[];
  /** Why it did not start at once. */
  reason: string;
  log: GatewayLog;
  /** Shortest and longest pause between two tries, ms; default 250 and 5,000. */
  retryMs?: { min: number; max: number };
}

/** Starts what needs the database once that is there, beside what serves without it. */
export class LateStart {
  readonly #options: LateStartOptions;
  readonly #stopping = new AbortController();
  #notReady: string | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: LateStartOptions) {
    this.#options = options;
    this.#notReady = `the control plane waits for its database: ${options.reason}`;
  }

  /** Why it has not started yet; undefined: it has. */
  get notReady(): string | undefined {
    return this.#notReady;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Resolves when the step that runs has ended; no other begins. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { steps, log } = this.#options;
    try {
      for (const step of steps) {
        await this.#untilAvailable(step);
        if (this.#stopping.signal.aborted) return;
      }
      this.#notReady = undefined;
      log.info({}, 'The database is there again: the control plane has started');
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      // What a start is refused for: trying again would not help, and ending the process would take down what serves.
      const reason = error instanceof Error ? error.message : String(error);
      this.#notReady = `the control plane cannot start: ${reason}`;
      log.error({ reason }, 'The control plane cannot start; the gateway serves on. Restart the process when the cause is mended');
    }
  }

  async #untilAvailable(step: () => Promise<unknown>): Promise<void> {
    const { min = 250, max = 5_000 } = this.#options.retryMs ?? {};
    const { signal } = this.#stopping;
    const backoff = new Backoff(min, max);
    while (!signal.aborted) {
      try {
        await step();
        return;
      } catch (error) {
        if (!(error instanceof DatabaseUnavailableError)) throw error;
        this.#notReady = `the control plane waits for its database: ${error.message}`;
        // Only stopping ends the pause early.
        await delay(backoff.nextMs(), undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

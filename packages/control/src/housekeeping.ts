import { DatabaseUnavailableError } from '@gatehouse/database';
import type { HubLog } from './nodes/hub-log.ts';

/** Removes what nobody needs any more; resolves when it is done. Each control node runs every one of them: they must bear that. */
export interface Sweep {
  /** What is swept, for the log. */
  name: string;
  run(nowMs: number): Promise<unknown>;
}

export interface HousekeepingOptions {
  sweeps: readonly Sweep[];
  log: Pick<HubLog, 'warn'>;
  /** Until the first round, ms; default: within a minute, not all control nodes at once. */
  firstMs?: number;
  /** From the end of one round to the next, ms; default an hour. */
  everyMs?: number;
}

const FIRST_MS_MAX = 60_000;
const EVERY_MS = 3_600_000;

/** Runs every sweep soon after the start and then hourly, one after the other. One that fails is told of and stops none of the others. */
export class Housekeeping {
  readonly #options: HousekeepingOptions;
  #timer: NodeJS.Timeout;
  #round: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(options: HousekeepingOptions) {
    this.#options = options;
    this.#timer = this.#schedule(options.firstMs ?? Math.random() * FIRST_MS_MAX);
  }

  /** No round begins any more; resolves when the one that runs has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#round;
  }

  #schedule(ms: number): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#round = this.#sweepAll();
    }, ms);
    timer.unref();
    return timer;
  }

  async #sweepAll(): Promise<void> {
    const { sweeps, log, everyMs = EVERY_MS } = this.#options;
    for (const { name, run } of sweeps) {
      if (this.#isStopped) return;
      try {
        await run(Date.now());
      } catch (error) {
        log.warn({ sweep: name, error: error instanceof Error ? error.message : String(error) }, 'What is over could not be swept');
        // The others would wait for it too, each as long as this one.
        if (error instanceof DatabaseUnavailableError) break;
      }
    }
    if (!this.#isStopped) this.#timer = this.#schedule(everyMs);
  }
}

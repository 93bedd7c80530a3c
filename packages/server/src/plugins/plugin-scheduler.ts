import { setTimeout as sleep } from 'node:timers/promises';
import type { Leadership } from '@gatehouse/database';
import type { PluginLog, PluginScheduler } from '@gatehouse/sdk/plugin';

const INTERVAL_MS_MIN = 100;
const INTERVAL_MS_MAX = 2_147_483_647;
const TIMEOUT_MS = 60_000;
const TASKS_MAX = 100;
/** How long a node that does not lead waits before it asks again: a node that died has a successor within so long. */
const LEAD_RETRY_MS = 2_000;

interface Task {
  name: string;
  intervalMs: number;
  timeoutMs: number;
  run(signal: AbortSignal): void | Promise<void>;
}

export interface SchedulerOptions {
  log: PluginLog;
  /** Becomes the one node that runs what only one may; undefined: another one is. */
  tryLead(): Promise<Leadership | undefined>;
}

/** Runs the tasks of one plugin, each by itself and never twice at a time. */
export class Scheduler implements PluginScheduler {
  readonly #options: SchedulerOptions;
  readonly #everywhere: Task[] = [];
  readonly #leaders: Task[] = [];
  readonly #stop = new AbortController();
  readonly #loops = new Set<Promise<void>>();
  #isStarted = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /** Throws `RangeError` for an interval or a timeout that cannot be one, and when there are too many tasks. */
  every: PluginScheduler['every'] = (intervalMs, run, { name, leaderOnly = true, timeoutMs = TIMEOUT_MS } = {}) => {
    for (const [what, ms] of Object.entries({ intervalMs, timeoutMs })) {
      if (!Number.isFinite(ms) || ms < INTERVAL_MS_MIN || ms > INTERVAL_MS_MAX)
        throw new RangeError(`${what} must be ${INTERVAL_MS_MIN} to ${INTERVAL_MS_MAX} milliseconds, not ${ms}`);
    }
    const count = this.#everywhere.length + this.#leaders.length;
    if (count >= TASKS_MAX) throw new RangeError(`A plugin may have ${TASKS_MAX} tasks at most`);
    if (this.#isStarted) throw new Error('Tasks are scheduled while the plugin is registered, not later');
    (leaderOnly ? this.#leaders : this.#everywhere).push({ name: name ?? `task ${count + 1}`, intervalMs, timeoutMs, run });
  };

  start(): void {
    this.#isStarted = true;
    for (const task of this.#everywhere) this.#keep(this.#repeat(task, this.#stop.signal));
    if (this.#leaders.length > 0) this.#keep(this.#lead());
  }

  /** Tells tasks to end; resolves when they have. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('The server stops'));
    await Promise.all(this.#loops);
  }

  #keep(loop: Promise<void>): void {
    this.#loops.add(loop);
    void loop.finally(() => this.#loops.delete(loop));
  }

  async #lead(): Promise<void> {
    const { log, tryLead } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const leadership = await tryLead();
        if (leadership !== undefined) {
          const lost = new AbortController();
          void leadership.lost.then(() => lost.abort(new Error('Another node runs this now')));
          const until = AbortSignal.any([signal, lost.signal]);
          await Promise.all(this.#leaders.map((task) => this.#repeat(task, until)));
          await leadership.release();
        }
      } catch (error) {
        log.warn({ err: error }, 'Which node runs the tasks of the plugin cannot be found out');
      }
      await pause(LEAD_RETRY_MS, signal);
    }
  }

  async #repeat(task: Task, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#once(task, signal);
      await pause(task.intervalMs, signal);
    }
  }

  /** Resolves when the task has ended: one that does not heed its signal is not run again before. */
  async #once({ name, timeoutMs, run }: Task, signal: AbortSignal): Promise<void> {
    const { log } = this.#options;
    const controller = new AbortController();
    const follow = () => controller.abort(signal.reason);
    signal.addEventListener('abort', follow, { once: true });
    const timer = setTimeout(() => {
      log.warn({ task: name, timeoutMs }, 'A task takes longer than it may: its signal is aborted');
      controller.abort(new Error(`It took longer than ${timeoutMs} ms`));
    }, timeoutMs);
    try {
      await run(controller.signal);
    } catch (error) {
      // That it did not finish has been said, or is what the end of the server wants.
      if (!controller.signal.aborted) log.error({ task: name, err: error }, 'A task failed');
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', follow);
    }
  }
}

/** Ends early, without an error, when the signal aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

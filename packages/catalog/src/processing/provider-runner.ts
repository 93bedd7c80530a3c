import type { EntityProvider, ScanMode } from './mutation.ts';
import type { ScanSummary } from './scan.ts';

export interface RunnerOptions {
  /** One scan from beginning to end. */
  scan(provider: EntityProvider, mode: ScanMode, signal: AbortSignal): Promise<ScanSummary>;
  /** A scan that failed as a whole; the catalog has what it had. */
  failed(provider: EntityProvider, mode: ScanMode, error: unknown): Promise<void>;
}

/** Scans one provider, never twice at a time: by its schedule, and sooner when asked to. */
export class ProviderRunner {
  readonly provider: EntityProvider;
  readonly #options: RunnerOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #next: ScanMode | undefined;
  #stop: AbortController | undefined;
  #unwatch: (() => void) | undefined;

  constructor(provider: EntityProvider, options: RunnerOptions) {
    this.provider = provider;
    this.#options = options;
  }

  start(): void {
    if (this.#stop !== undefined) return;
    this.#stop = new AbortController();
    this.#unwatch = this.provider.watch?.(() => void this.request('changed'));
    this.#plan(this.provider.schedule.initialDelayMs);
  }

  /** Ends a scan that is running, and waits until it has. */
  async stop(): Promise<void> {
    this.#stop?.abort(new Error('the node stops, or no longer does the scanning'));
    this.#stop = undefined;
    this.#unwatch?.();
    clearTimeout(this.#timer);
    this.#next = undefined;
    await this.#running;
  }

  /** Scans now, or once more after the scan that is running: that one may have passed what has changed. Resolves when it is done. */
  async request(mode: ScanMode): Promise<void> {
    if (this.#stop === undefined) return;
    this.#next = this.#next === 'full' ? 'full' : mode;
    while (this.#running !== undefined) await this.#running;
    if (this.#next === undefined || this.#stop === undefined) return;
    const wanted = this.#next;
    this.#next = undefined;
    this.#running = this.#run(wanted, this.#stop.signal);
    await this.#running;
  }

  async #run(mode: ScanMode, stop: AbortSignal): Promise<void> {
    const { timeoutMs, frequencyMs } = this.provider.schedule;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new Error(`the scan was given up after ${timeoutMs / 1000} s`)), timeoutMs);
    try {
      await this.#options.scan(this.provider, mode, AbortSignal.any([stop, late.signal]));
    } catch (error) {
      if (!stop.aborted) await this.#options.failed(this.provider, mode, error);
    } finally {
      clearTimeout(timer);
      this.#running = undefined;
      if (mode === 'full' && frequencyMs !== undefined) this.#plan(frequencyMs);
    }
  }

  #plan(delayMs: number): void {
    clearTimeout(this.#timer);
    if (this.#stop === undefined) return;
    this.#timer = setTimeout(() => void this.request('full'), delayMs);
    this.#timer.unref();
  }
}

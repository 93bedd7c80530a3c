/** What a source had to say, and how it is. */
export interface Reading<Value> {
  /** Undefined when there is nothing: it failed, and nothing usable is left from before. */
  value: Value | undefined;
  /** `ok`: not older than `maxAgeMs`. `stale`: older, because the source is slow or fails. `failed`: nothing. */
  state: 'ok' | 'stale' | 'failed';
  /** How old the value is. */
  ageMs: number | undefined;
  /** Why the last attempt to read it failed. */
  error: string | undefined;
}

export interface SourceOptions<Value> {
  /** Reads the source. What it rejects with is shown to those who ask for the summary. */
  load(): Promise<Value>;
  /** How long somebody who asks waits for it. */
  timeoutMs: number;
  /** Up to this age a value is used without asking again. */
  maxAgeMs: number;
  /** For so much longer it is used while a new one is read, and when that fails. */
  staleForMs: number;
  nowMs?: () => number;
}

/**
 * A source that may be slow or away. It is read once at a time, however many ask; they wait for it only when there is nothing else to
 * answer with, and never longer than the timeout.
 */
export class CachedSource<Value> {
  readonly #options: SourceOptions<Value>;
  readonly #nowMs: () => number;
  #known: { value: Value; atMs: number } | undefined;
  #error: string | undefined;
  /** Resolves with why it failed. */
  #reading: Promise<string | undefined> | undefined;

  constructor(options: SourceOptions<Value>) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
  }

  /** Never rejects. */
  async read(): Promise<Reading<Value>> {
    const { maxAgeMs, staleForMs, timeoutMs } = this.#options;
    const ageMs = this.#known === undefined ? Number.POSITIVE_INFINITY : this.#nowMs() - this.#known.atMs;
    if (ageMs < maxAgeMs) return this.#reply('ok');
    this.#reading ??= this.#load();
    if (ageMs < maxAgeMs + staleForMs) return this.#reply('stale');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(resolve, timeoutMs, `no answer within ${timeoutMs} ms`);
    });
    const error = await Promise.race([this.#reading, late]);
    clearTimeout(timer);
    return error === undefined ? this.#reply('ok') : { value: undefined, state: 'failed', ageMs: undefined, error };
  }

  async #load(): Promise<string | undefined> {
    try {
      this.#known = { value: await this.#options.load(), atMs: this.#nowMs() };
      this.#error = undefined;
    } catch (error) {
      this.#error = error instanceof Error ? error.message : String(error);
    }
    this.#reading = undefined;
    return this.#error;
  }

  #reply(state: 'ok' | 'stale'): Reading<Value> {
    const { value, atMs } = this.#known ?? {};
    return { value, state, ageMs: atMs === undefined ? undefined : this.#nowMs() - atMs, error: this.#error };
  }
}

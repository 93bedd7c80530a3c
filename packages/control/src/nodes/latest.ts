import { type HubLog, toMessage } from './hub-log.ts';

/** The newest value of something that is read elsewhere. What cannot be read at the moment stays as it was, and is said once. */
export class Latest<Value> {
  readonly #what: string;
  readonly #read: () => Promise<Value>;
  readonly #changed: () => void;
  readonly #log: HubLog;
  #value: Value | undefined;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #failing = false;

  constructor(what: string, read: () => Promise<Value>, changed: () => void, log: HubLog) {
    this.#what = what;
    this.#read = read;
    this.#changed = changed;
    this.#log = log;
  }

  /** Undefined until it was read for the first time. */
  get value(): Value | undefined {
    return this.#value;
  }

  /** Takes over what was learned on another way. */
  set(value: Value): void {
    this.#value = value;
  }

  /** Reads it, beginning after this call: a read that is going on may have missed what the caller knows of. Never rejects. */
  refresh(): Promise<void> {
    if (this.#running === undefined) {
      this.#running = this.#refresh().finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.refresh();
    });
    return this.#next;
  }

  async #refresh(): Promise<void> {
    try {
      this.#value = await this.#read();
      if (this.#failing) this.#log.info({}, `${this.#what} can be read again`);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#log.error({ error: toMessage(error) }, `${this.#what} cannot be read; nodes stay on what they have`);
      this.#failing = true;
      return;
    }
    this.#changed();
  }
}

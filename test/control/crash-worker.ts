import { UnreachableError } from '@gatehouse/sdk/management';
import { expect } from 'vitest';

/** A resource that one worker alone changes, and what is known of it from the answers that came. */
export interface Changed {
  name: string;
  /** Changes it to the state `n`. Rejects with `UnreachableError` when no answer came. */
  change(n: number): Promise<void>;
  /** The state that it is in, read from the control plane. */
  read(): Promise<number>;
}

/** Changes one resource again and again while the control plane is killed under it, and holds every answer against what is there. */
export class CrashWorker {
  /** Acknowledged, the last one. */
  acknowledged = 0;
  /** How many changes were acknowledged, and how many had no answer: those that were made all the same, and those that were not. */
  readonly counts = { acknowledged: 0, made: 0, lost: 0 };
  readonly #resource: Changed;

  constructor(resource: Changed) {
    this.#resource = resource;
  }

  /** `up`: resolves when the control plane runs. */
  async step(n: number, up: () => Promise<void>): Promise<void> {
    try {
      await this.#resource.change(n);
      this.acknowledged = n;
      this.counts.acknowledged++;
      return;
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
    }
    await up();
    // Another kill may meet the reading too.
    const found = await patiently(() => this.#resource.read(), up);
    expect([this.acknowledged, n], `${this.#resource.name}: the last acknowledged state, or the one that was asked for`).toContain(found);
    if (found === n) this.counts.made++;
    else this.counts.lost++;
    this.acknowledged = found;
  }
}

async function patiently<Value>(read: () => Promise<Value>, up: () => Promise<void>): Promise<Value> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      await up();
    }
  }
}

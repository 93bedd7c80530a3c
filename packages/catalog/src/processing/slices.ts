import { setImmediate } from 'node:timers/promises';

/** How long work goes on before requests get their turn. */
const SLICE_MS = 5;

/** Divides long work on the main thread: call `pause` between its steps. */
export class Slices {
  #until = performance.now() + SLICE_MS;

  async pause(): Promise<void> {
    if (performance.now() < this.#until) return;
    await setImmediate();
    this.#until = performance.now() + SLICE_MS;
  }
}

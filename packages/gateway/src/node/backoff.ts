/** Pauses between tries, longer each time, and different for each of many nodes that lost the same control plane. */
export class Backoff {
  readonly #minMs: number;
  readonly #maxMs: number;
  #tries = 0;

  constructor(minMs: number, maxMs: number) {
    this.#minMs = minMs;
    this.#maxMs = maxMs;
  }

  nextMs(): number {
    const ms = Math.min(this.#maxMs, this.#minMs * 2 ** Math.min(this.#tries++, 20));
    return ms / 2 + (Math.random() * ms) / 2;
  }

  reset(): void {
    this.#tries = 0;
  }
}

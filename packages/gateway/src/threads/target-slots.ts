/** Gives each target its slot in the shared state, and takes it back when no live snapshot has the target. Runs on the main thread. */
export class TargetSlots {
  readonly #slots = new Map<string, number>();
  readonly #free: number[] = [];
  readonly #capacity: number;
  readonly #clear: (slot: number) => void;
  #next = 0;

  constructor(capacity: number, clear: (slot: number) => void) {
    this.#capacity = capacity;
    this.#clear = clear;
  }

  /** The slot of a target, the same as long as it is kept. Throws when there is no slot left. */
  slotOf(id: string): number {
    const known = this.#slots.get(id);
    if (known !== undefined) return known;
    const slot = this.#free.pop() ?? (this.#next < this.#capacity ? this.#next++ : undefined);
    if (slot === undefined) throw new TooManyTargetsError(`There are more than ${this.#capacity} targets`);
    this.#clear(slot);
    this.#slots.set(id, slot);
    return slot;
  }

  /** Frees the slots of targets that are not in `used`: call it when every thread has left the snapshots that had them. */
  keepOnly(used: ReadonlySet<string>): void {
    for (const [id, slot] of this.#slots) {
      if (used.has(id)) continue;
      this.#slots.delete(id);
      this.#free.push(slot);
    }
  }
}

export class TooManyTargetsError extends Error {
  override name = 'TooManyTargetsError';
}

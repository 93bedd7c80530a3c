/** What was right for so many messages was worth learning. */
const STEADY_MESSAGES = 256;
const PAUSE_MAX = 16_384;
const NEVER = -1;
/** Counts stay small integers. */
const COUNT_MASK = 0x3fffffff;

/** The next of the numbers by which messages are counted. */
export function nextCount(count: number): number {
  return (count + 1) & COUNT_MASK;
}

/**
 * Decides when it is worth to remember what stands at a place. To learn costs more than to look: what is other with each message is
 * learned ever less often, and what stays the same for long is learned anew at once when it changes.
 */
export class LearningPace {
  readonly #learnedAt: Int32Array;
  /** Misses until the next is learned, and how many there will be from then on. */
  readonly #wait: Int32Array;
  readonly #pause: Int32Array;

  constructor(places: number) {
    this.#learnedAt = new Int32Array(places).fill(NEVER);
    this.#wait = new Int32Array(places).fill(1);
    this.#pause = new Int32Array(places).fill(1);
  }

  /** There is something else at the place now than was expected, or nothing was. Whether to learn it; `message` is the number of the message. */
  missed(place: number, message: number): boolean {
    const learnedAt = this.#learnedAt[place] as number;
    if (learnedAt !== NEVER) {
      const isSteady = ((message - learnedAt) & COUNT_MASK) > STEADY_MESSAGES;
      this.#learnedAt[place] = NEVER;
      this.#pause[place] = isSteady ? 1 : Math.min(PAUSE_MAX, 2 * (this.#pause[place] as number));
      this.#wait[place] = this.#pause[place] as number;
    }
    const wait = (this.#wait[place] as number) - 1;
    this.#wait[place] = wait;
    if (wait > 0) return false;
    this.#learnedAt[place] = message;
    return true;
  }
}

/** Lines whose values nobody should find in memory longer than their message. */
const SECRET = /cookie|auth|key|token|secret|signature|session|password/i;

/** Whether the value of a field may be remembered beyond its message. */
export function isRemembered(name: string): boolean {
  return name.length <= 64 && !SECRET.test(name);
}

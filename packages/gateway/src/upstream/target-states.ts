import type { EjectionDefinition } from '@gatehouse/contract';

/** Active health of a target. */
export const HEALTH_UNKNOWN = 0;
export const HEALTH_GOOD = 1;
export const HEALTH_BAD = 2;

const FAILURES = 0;
const EJECTED_UNTIL = 1;
const EJECTIONS = 2;
const HEALTH = 3;
const WORDS = 4;

/** Times are held in units of 100 ms since the memory was made: 32 bits last for six years. */
const UNIT_MS = 100;
const EJECTION_FACTOR_MAX = 10;

/**
 * State of every target that the threads of a process share exactly: failures in a row, ejection, active health, and requests in
 * flight. It lives outside the snapshot, so a new snapshot forgets nothing. A target is known by its slot.
 *
 * Layout (32-bit words): [0] count of slots, [1] count of threads, [2..3] start time; then per slot FAILURES, EJECTED_UNTIL, EJECTIONS,
 * HEALTH; then per thread and slot the requests in flight, each written by its own thread only.
 */
export class TargetStates {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #startMs: number;
  readonly #slots: number;
  readonly #threads: number;
  readonly #thread: number;

  constructor(buffer: SharedArrayBuffer, thread: number) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
    this.#slots = this.#words[0] as number;
    this.#threads = this.#words[1] as number;
    this.#startMs = new Float64Array(buffer, 8, 1)[0] as number;
    this.#thread = thread;
  }

  static create(slots: number, threads: number, nowMs: number): TargetStates {
    const buffer = new SharedArrayBuffer(4 * (HEADER_WORDS + slots * WORDS + threads * slots));
    new Int32Array(buffer).set([slots, threads]);
    new Float64Array(buffer, 8, 1)[0] = nowMs;
    return new TargetStates(buffer, 0);
  }

  get slotCount(): number {
    return this.#slots;
  }

  /** Makes a slot as new, before another target gets it. */
  clear(slot: number): void {
    for (let word = 0; word < WORDS; word++) Atomics.store(this.#words, this.#at(slot, word), 0);
  }

  health(slot: number): number {
    return Atomics.load(this.#words, this.#at(slot, HEALTH));
  }

  setHealth(slot: number, health: number): void {
    Atomics.store(this.#words, this.#at(slot, HEALTH), health);
  }

  isEjected(slot: number, nowMs: number): boolean {
    const until = Atomics.load(this.#words, this.#at(slot, EJECTED_UNTIL));
    return until !== 0 && until > this.#units(nowMs);
  }

  /** Whether a target may get traffic. */
  isAvailable(slot: number, nowMs: number): boolean {
    return this.health(slot) !== HEALTH_BAD && !this.isEjected(slot, nowMs);
  }

  recordSuccess(slot: number): void {
    const failures = this.#at(slot, FAILURES);
    // Read first: a write to a word that all threads share on every request would bounce between the cores.
    if (Atomics.load(this.#words, failures) !== 0) Atomics.store(this.#words, failures, 0);
    const ejections = this.#at(slot, EJECTIONS);
    if (Atomics.load(this.#words, ejections) !== 0) Atomics.store(this.#words, ejections, 0);
  }

  /**
   * Counts a failure and ejects the target when it is one too many and `mayEject` allows it. Returns whether it was ejected now.
   */
  recordFailure(slot: number, rule: EjectionDefinition, nowMs: number, mayEject: () => boolean): boolean {
    const failures = Atomics.add(this.#words, this.#at(slot, FAILURES), 1) + 1;
    if (rule.failures === 0 || failures < rule.failures || this.isEjected(slot, nowMs) || !mayEject()) return false;
    // One thread only ejects: the one that takes the count back to zero.
    if (Atomics.exchange(this.#words, this.#at(slot, FAILURES), 0) === 0) return false;
    const ejections = Atomics.add(this.#words, this.#at(slot, EJECTIONS), 1);
    const factor = Math.min(2 ** Math.min(ejections, 4), EJECTION_FACTOR_MAX);
    Atomics.store(this.#words, this.#at(slot, EJECTED_UNTIL), this.#units(nowMs + rule.durationMs * factor));
    return true;
  }

  begin(slot: number): void {
    const at = this.#inFlightAt(this.#thread, slot);
    this.#words[at] = (this.#words[at] as number) + 1;
  }

  end(slot: number): void {
    const at = this.#inFlightAt(this.#thread, slot);
    this.#words[at] = (this.#words[at] as number) - 1;
  }

  /** Requests in flight to a target from all threads. */
  inFlight(slot: number): number {
    let sum = 0;
    for (let thread = 0; thread < this.#threads; thread++) sum += this.#words[this.#inFlightAt(thread, slot)] as number;
    return sum;
  }

  /** A thread died: what it had in flight is gone. */
  forgetThread(thread: number): void {
    this.#words.fill(0, this.#inFlightAt(thread, 0), this.#inFlightAt(thread, this.#slots));
  }

  #at(slot: number, word: number): number {
    return HEADER_WORDS + slot * WORDS + word;
  }

  #inFlightAt(thread: number, slot: number): number {
    return HEADER_WORDS + this.#slots * WORDS + thread * this.#slots + slot;
  }

  #units(ms: number): number {
    return Math.ceil((ms - this.#startMs) / UNIT_MS);
  }
}

const HEADER_WORDS = 4;

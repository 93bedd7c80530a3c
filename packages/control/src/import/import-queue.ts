import { Refusal } from '../operation/refusal.ts';
import { sizeOf } from './size-of.ts';

/** What waits for the thread, in all and of one caller: tasks, and about as many bytes of memory. */
export interface QueueLimits {
  tasksMax: number;
  bytesMax: number;
  tasksOfCallerMax: number;
  bytesOfCallerMax: number;
}

const MIB = 1024 * 1024;
/** A definition may have 12 MiB. */
const LIMITS: QueueLimits = { tasksMax: 256, bytesMax: 256 * MIB, tasksOfCallerMax: 16, bytesOfCallerMax: 64 * MIB };

/** About when one that is refused may try again. */
const RETRY_AFTER_SECONDS = 5;

interface Entry<Item> {
  item: Item;
  caller: string | undefined;
  bytes: number;
}

/** Tasks that wait. Whoever has waited longest for a turn comes next, so that one caller with many does not keep the others waiting. */
export class ImportQueue<Item> {
  readonly #limits: QueueLimits;
  readonly #waiting: Entry<Item>[] = [];
  /** When each caller had a turn last, as long as something waits. */
  readonly #turns = new Map<string | undefined, number>();
  #turn = 0;

  constructor(limits: Partial<QueueLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
  }

  get length(): number {
    return this.#waiting.length;
  }

  /**
   * `task`: what of the item takes memory; `caller`: who it is for, where that is known. Throws `Refusal` (`request.limited`) when more
   * waits already than is bearable: nobody else could save anything, and what waits is held in memory. One that needs not wait for
   * others is always taken.
   */
  push(item: Item, task: unknown, caller: string | undefined): void {
    const bytes = sizeOf(task, this.#limits.bytesMax);
    const { tasksMax, bytesMax, tasksOfCallerMax, bytesOfCallerMax } = this.#limits;
    const own = this.#waiting.filter((entry) => entry.caller === caller);
    if (caller !== undefined && isFull(own, bytes, tasksOfCallerMax, bytesOfCallerMax)) {
      throw limited('Too many definitions of yours wait to be read. Wait for their answers');
    }
    if (isFull(this.#waiting, bytes, tasksMax, bytesMax)) throw limited('Too many definitions wait to be read. Repeat the request later');
    this.#waiting.push({ item, caller, bytes });
  }

  shift(): Item | undefined {
    const [first] = this.#waiting;
    if (first === undefined) return undefined;
    let next = first;
    for (const entry of this.#waiting) if (this.#turnOf(entry) < this.#turnOf(next)) next = entry;
    this.#waiting.splice(this.#waiting.indexOf(next), 1);
    if (this.#waiting.length === 0) this.#turns.clear();
    else this.#turns.set(next.caller, ++this.#turn);
    return next.item;
  }

  /** Takes out everything. */
  drain(): Item[] {
    this.#turns.clear();
    return this.#waiting.splice(0).map(({ item }) => item);
  }

  #turnOf({ caller }: Entry<Item>): number {
    return this.#turns.get(caller) ?? 0;
  }
}

function isFull(waiting: readonly Entry<unknown>[], bytes: number, tasksMax: number, bytesMax: number): boolean {
  if (waiting.length === 0) return false;
  return waiting.length >= tasksMax || waiting.reduce((sum, entry) => sum + entry.bytes, bytes) > bytesMax;
}

function limited(detail: string): Refusal {
  return new Refusal('request.limited', detail, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}

/** Tries before a waiting thread sleeps: a critical section is shorter than this. */
const SPINS = 100;
/** Sleep between two tries, in milliseconds. No one is notified: an owner that is asleep itself is waited for by the clock. */
const NAP_MS = 0.1;
/** A critical section lasts under a microsecond; who holds a lock for this many milliseconds is gone. */
const PATIENCE_MS = 250;

/**
 * Locks one word of shared memory for `owner` (not 0), which is written into it, so that the locks of a thread that crashed can be told.
 * Blocks the thread. Returns false when the lock had to be taken from an owner that held it for too long.
 */
export function acquire(words: Int32Array, index: number, owner: number): boolean {
  if (Atomics.compareExchange(words, index, 0, owner) === 0) return true;
  for (let i = 0; i < SPINS; i++) {
    if (Atomics.load(words, index) === 0 && Atomics.compareExchange(words, index, 0, owner) === 0) return true;
  }
  let holder = Atomics.load(words, index);
  let sinceMs = performance.now();
  for (;;) {
    const seen = Atomics.compareExchange(words, index, 0, owner);
    if (seen === 0) return true;
    if (seen !== holder) {
      holder = seen;
      sinceMs = performance.now();
    } else if (performance.now() - sinceMs > PATIENCE_MS && Atomics.compareExchange(words, index, holder, owner) === holder) {
      return false;
    }
    Atomics.wait(words, index, seen, NAP_MS);
  }
}

/** Unlocks when `owner` holds the lock; when somebody lost patience and took it over, it is theirs to release. Returns whether it did. */
export function release(words: Int32Array, index: number, owner: number): boolean {
  return Atomics.compareExchange(words, index, owner, 0) === owner;
}

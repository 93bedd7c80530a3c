import type { RateAlgorithm, RateDecision, RateRule } from './rate-table.ts';

/** A key's state: four numbers in shared memory, from an offset on. All zero: nothing was counted yet. */
export const EXPIRES = 0;
/** Beginning of the present window, or when the bucket was last refilled; epoch milliseconds. */
const START = 1;
/** Requests in the present window, or tokens in the bucket. */
const COUNT = 2;
/** Requests in the window before. */
const BEFORE = 3;
export const STATE_NUMBERS = 4;

/** Decides on one request and updates the state in place. Plain arithmetic: it runs under a lock and must not throw. */
type RateStep = (state: Float64Array, at: number, rule: RateRule, nowMs: number) => RateDecision;

/** Threads read the clock a moment before they get at the state, so another may be ahead by this much without the clock having stepped. */
const CLOCK_NOISE_MS = 1000;

/** Milliseconds since `startMs`; 0 when it is ahead by mere noise, -1 when the clock was set back. */
function elapsedMs(startMs: number, nowMs: number): number {
  if (nowMs >= startMs) return nowMs - startMs;
  return startMs - nowMs <= CLOCK_NOISE_MS ? 0 : -1;
}

/** A window begins with the first request of a key, so that not all keys recover at the same instant. */
function fixedWindow(state: Float64Array, at: number, { limit, windowMs }: RateRule, nowMs: number): RateDecision {
  let start = state[at + START] as number;
  let count = state[at + COUNT] as number;
  let elapsed = start === 0 ? windowMs : elapsedMs(start, nowMs);
  if (elapsed >= windowMs) count = 0;
  if (elapsed >= windowMs || elapsed < 0) {
    // After a clock that was set back the window begins anew and keeps its count: nobody gains, and nobody waits longer than a window.
    start = nowMs;
    elapsed = 0;
  }
  const allowed = count < limit;
  if (allowed) count++;
  state[at + START] = start;
  state[at + COUNT] = count;
  state[at + EXPIRES] = start + windowMs;
  // A reload may have lowered the limit below what is counted.
  const remaining = Math.max(0, limit - count);
  const resetMs = windowMs - elapsed;
  return { allowed, remaining, resetMs, retryAfterMs: remaining > 0 ? 0 : resetMs };
}

/**
 * Two windows: of the one before, the share that still lies within the last `windowMs` counts, as if its requests had come evenly.
 * That share is rounded down, so that small limits are not halved by the estimate; it lets at most one request more through.
 */
function slidingWindow(state: Float64Array, at: number, { limit, windowMs }: RateRule, nowMs: number): RateDecision {
  let start = state[at + START] as number;
  let count = state[at + COUNT] as number;
  let before = state[at + BEFORE] as number;
  let elapsed = start === 0 ? 2 * windowMs : elapsedMs(start, nowMs);
  if (elapsed >= 2 * windowMs) {
    start = nowMs;
    elapsed = 0;
    count = 0;
    before = 0;
  } else if (elapsed >= windowMs) {
    start += windowMs;
    elapsed -= windowMs;
    before = count;
    count = 0;
  } else if (elapsed < 0) {
    start = nowMs;
    elapsed = 0;
  }
  const left = windowMs - elapsed;
  const carried = Math.floor((before * left) / windowMs);
  const allowed = count + carried < limit;
  if (allowed) count++;
  state[at + START] = start;
  state[at + COUNT] = count;
  state[at + BEFORE] = before;
  state[at + EXPIRES] = start + 2 * windowMs;
  const remaining = Math.max(0, limit - count - carried);
  if (remaining > 0) return { allowed, remaining, resetMs: left, retryAfterMs: 0 };
  // The first whole millisecond at which the carried share is below what the limit leaves: in this window when only the share is in
  // the way, else in the next one, where the requests of this window have become the share.
  const waitMs = count < limit ? left - ((limit - count) * windowMs) / before : left + windowMs - (limit * windowMs) / count;
  return { allowed, remaining, resetMs: left, retryAfterMs: Math.floor(waitMs) + 1 };
}

/** Fractions of a token that arithmetic may lose. */
const TOKEN_NOISE = 1e-6;

function tokenBucket(state: Float64Array, at: number, { limit, windowMs, burst }: RateRule, nowMs: number): RateDecision {
  const perMs = limit / windowMs;
  let last = state[at + START] as number;
  let tokens = burst;
  if (last === 0) {
    last = nowMs;
  } else {
    const elapsed = elapsedMs(last, nowMs);
    // A smaller burst after a reload takes effect at once.
    tokens = Math.min(burst, (state[at + COUNT] as number) + Math.max(0, elapsed) * perMs);
    if (elapsed !== 0) last = nowMs;
  }
  const allowed = tokens >= 1 - TOKEN_NOISE;
  if (allowed) tokens = Math.max(0, tokens - 1);
  const resetMs = (burst - tokens) / perMs;
  state[at + START] = last;
  state[at + COUNT] = tokens;
  state[at + EXPIRES] = last + resetMs;
  const remaining = Math.floor(tokens + TOKEN_NOISE);
  return { allowed, remaining, resetMs, retryAfterMs: remaining > 0 ? 0 : Math.ceil((1 - TOKEN_NOISE - tokens) / perMs) };
}

/** Every algorithm with a number that keeps its states apart from those of the others under the same key. */
export const RATE_ALGORITHMS: Readonly<Record<RateAlgorithm, { id: number; step: RateStep }>> = {
  'fixed-window': { id: 1, step: fixedWindow },
  'sliding-window': { id: 2, step: slidingWindow },
  'token-bucket': { id: 3, step: tokenBucket },
};

/** State of one limited key after a decision. */
export interface RateDecision {
  allowed: boolean;
  /** Requests that are left right now. */
  remaining: number;
  /** Milliseconds until the present window ends (windows) or the bucket is full (token bucket). */
  resetMs: number;
  /** Milliseconds until one more request would be allowed; 0 when one is now. */
  retryAfterMs: number;
}

export type RateAlgorithm = 'fixed-window' | 'sliding-window' | 'token-bucket';

export interface RateRule {
  algorithm: RateAlgorithm;
  /** Requests per window; for a token bucket the tokens that are refilled per window. */
  limit: number;
  windowMs: number;
  /** Capacity of a token bucket; ignored by windows. */
  burst: number;
}

/** Counters by key, exact across the threads of a process. */
export interface RateTable {
  /** Counts one request under the key, or refuses it; a refused one is not counted. `nowMs` is wall-clock time. */
  take(key: string, rule: RateRule, nowMs: number): RateDecision;
}

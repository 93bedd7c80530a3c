import { isIPv6 } from 'node:net';

const WINDOW_MS = 5 * 60_000;
const FAILURES_MAX = 20;
const ADDRESSES_MAX = 10_000;

interface Failures {
  count: number;
  sinceMs: number;
}

/** Counts failed sign-ins by address: after 20 within five minutes no more are tried until these are over. */
export class AttemptLimiter {
  readonly #nowMs: () => number;
  /** In the order in which they began. */
  readonly #failures = new Map<string, Failures>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Seconds until somebody at this address may try again; 0: now. */
  waitSeconds(address: string): number {
    const failures = this.#current(networkOf(address));
    if (failures === undefined || failures.count < FAILURES_MAX) return 0;
    return Math.max(1, Math.ceil((failures.sinceMs + WINDOW_MS - this.#nowMs()) / 1000));
  }

  failed(address: string): void {
    const network = networkOf(address);
    const failures = this.#current(network);
    if (failures !== undefined) {
      failures.count++;
      return;
    }
    this.#failures.delete(network);
    const [oldest] = this.#failures.keys();
    if (oldest !== undefined && this.#failures.size >= ADDRESSES_MAX) this.#failures.delete(oldest);
    this.#failures.set(network, { count: 1, sinceMs: this.#nowMs() });
  }

  #current(network: string): Failures | undefined {
    const failures = this.#failures.get(network);
    return failures === undefined || this.#nowMs() - failures.sinceMs >= WINDOW_MS ? undefined : failures;
  }
}

/** Of IPv6 the first 64 bits: whoever has one such address has all of them. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [head = '', tail = ''] = address.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === '' ? [] : tail.split(':');
  const zeros = address.includes('::') ? Array.from({ length: 8 - first.length - last.length }, () => '0') : [];
  return [...first, ...zeros, ...last].slice(0, 4).join(':');
}

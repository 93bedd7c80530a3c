import type { LookupAddress, LookupOptions } from 'node:dns';
import type { GatewaySettings } from '@gatehouse/contract';
import { type AskHost, createAskHost, type HostAnswer } from './ask-host.ts';

export interface HostAddressOptions {
  /** What is used of an answer's time to live, at the least and at the most. */
  minTtlMs: number;
  maxTtlMs: number;
  /** How long addresses are used on behind their time when there is no other answer. */
  staleMs: number;
  ask: AskHost;
  now(): number;
}

/** Of an answer that does not say: the system's resolver tells no times. */
const UNKNOWN_TTL_MS = 10_000;
/** How long it is believed that there is no answer; where there are addresses to go on with, it grows while that goes on. */
const FAILURE_MS = 2_000;
const FAILURE_MS_MAX = 30_000;
/** A part of its time after which an answer is asked for again, while it is used: no request waits for that. */
const REFRESH_AT = 0.8;
/** A host that nobody has asked for so long is no longer asked for ahead. */
const USED_MS = 60_000;
/** Addresses that were not in an answer for so long are gone: until then they may come back, where answers take turns. */
const GONE_MS = 60_000;
/** Who waits for an answer behind the time of the last one gets that one then (RFC 8767 section 5). */
const PATIENCE_MS = 400;
const HOSTS_MAX = 10_000;
const SWEEP_MS = 500;

type Found = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

interface Entry {
  addresses: readonly LookupAddress[];
  /** When the addresses may no longer be used as they are, and when they are asked for again. */
  expiresMs: number;
  refreshMs: number;
  /** When it is asked for again at the earliest, after failures; why the last one was. */
  retryMs: number;
  failures: number;
  error: NodeJS.ErrnoException | null;
  usedMs: number;
  turn: number;
  waiting: Found[] | null;
  /** When each address was last in an answer. */
  seenMs: Map<string, number>;
}

/**
 * The addresses of backends, for as long as DNS says. While they are used they are asked for again before their time is over, so that no
 * request waits but the first; when there is no answer the last ones are used on, for a bounded time. The turn goes round, so that every
 * address gets its share.
 */
export class HostAddresses {
  readonly #options: HostAddressOptions;
  readonly #entries = new Map<string, Entry>();
  #sweeper: NodeJS.Timeout | null = null;

  constructor(options: Partial<HostAddressOptions> = {}) {
    this.#options = {
      minTtlMs: 1_000,
      maxTtlMs: 300_000,
      staleMs: 3_600_000,
      ask: createAskHost(),
      now: () => performance.now(),
      ...options,
    };
  }

  /** What `net.connect` takes as its `lookup`. */
  readonly lookup = (
    host: string,
    options: LookupOptions,
    done: (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void,
  ): void => {
    this.#find(host, (error, addresses) => {
      const wanted = options.family === 4 || options.family === 6 ? addresses.filter(({ family }) => family === options.family) : addresses;
      const first = wanted[0];
      if (error !== null || first === undefined) done(error ?? noAddress(host), []);
      else if (options.all === true) done(null, wanted);
      else done(null, first.address, first.family);
    });
  };

  /**
   * Says that a host is in use by connections that stand, and whether one to an address should not be used any longer: DNS has not
   * named it for a minute.
   */
  isGone(host: string, address: string): boolean {
    const entry = this.#entries.get(host);
    if (entry === undefined) return false;
    const nowMs = this.#options.now();
    entry.usedMs = nowMs;
    const seenMs = entry.seenMs.get(address);
    // Only what a later answer left out is gone; without one, nobody knows better.
    return seenMs !== undefined && entry.error === null && entry.expiresMs > nowMs && nowMs - seenMs > GONE_MS && !isIn(entry, address);
  }

  #find(host: string, found: Found): void {
    const nowMs = this.#options.now();
    let entry = this.#entries.get(host);
    if (entry === undefined) {
      this.#makeRoom();
      entry = {
        addresses: [],
        expiresMs: 0,
        refreshMs: 0,
        retryMs: 0,
        failures: 0,
        error: null,
        usedMs: nowMs,
        turn: 0,
        waiting: null,
        seenMs: new Map(),
      };
      this.#entries.set(host, entry);
      this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_MS).unref();
    }
    entry.usedMs = nowMs;
    if (nowMs < entry.expiresMs || (entry.error !== null && nowMs < entry.retryMs))
      process.nextTick(answer, entry, nowMs, this.#options.staleMs, found);
    else if (entry.failures > 0 && isUsable(entry, nowMs, this.#options.staleMs)) {
      // Nobody waits again for what has failed before.
      this.#ask(host, entry, ignore);
      process.nextTick(answer, entry, nowMs, this.#options.staleMs, found);
    } else this.#ask(host, entry, isUsable(entry, nowMs, this.#options.staleMs) ? impatient(entry, found) : found);
  }

  /** Asks once for all who wait. */
  #ask(host: string, entry: Entry, found: Found): void {
    if (entry.waiting !== null) {
      entry.waiting.push(found);
      return;
    }
    entry.waiting = [found];
    const { ask, now, staleMs } = this.#options;
    const end = (take: () => void) => {
      take();
      const waiting = entry.waiting ?? [];
      entry.waiting = null;
      const nowMs = now();
      for (const each of waiting) answer(entry, nowMs, staleMs, each);
    };
    ask(host).then(
      (answered) => end(() => (answered.addresses.length === 0 ? this.#failed(entry, noAddress(host)) : this.#take(entry, answered))),
      (error: unknown) => end(() => this.#failed(entry, error instanceof Error ? error : new Error(String(error)))),
    );
  }

  #take(entry: Entry, { addresses, ttlMs }: HostAnswer): void {
    const { now, minTtlMs, maxTtlMs } = this.#options;
    const nowMs = now();
    const holdsMs = ttlMs === null ? UNKNOWN_TTL_MS : Math.min(maxTtlMs, Math.max(minTtlMs, ttlMs));
    entry.addresses = addresses;
    entry.expiresMs = nowMs + holdsMs;
    entry.refreshMs = nowMs + holdsMs * REFRESH_AT;
    entry.retryMs = 0;
    entry.failures = 0;
    entry.error = null;
    for (const { address } of addresses) entry.seenMs.set(address, nowMs);
    for (const [address, seenMs] of entry.seenMs) if (nowMs - seenMs > FORGOTTEN_MS) entry.seenMs.delete(address);
  }

  #failed(entry: Entry, error: NodeJS.ErrnoException): void {
    const nowMs = this.#options.now();
    entry.error = error;
    const doublings = entry.addresses.length === 0 ? 0 : Math.min(entry.failures, 4);
    entry.failures++;
    entry.retryMs = nowMs + Math.min(FAILURE_MS_MAX, FAILURE_MS * 2 ** doublings);
    entry.refreshMs = entry.retryMs;
  }

  #sweep(): void {
    const nowMs = this.#options.now();
    for (const [host, entry] of this.#entries) {
      if (nowMs - entry.usedMs <= USED_MS) {
        if (entry.waiting === null && nowMs >= entry.refreshMs && entry.addresses.length > 0) this.#ask(host, entry, ignore);
      } else if (entry.waiting === null && nowMs > entry.expiresMs + (entry.addresses.length === 0 ? 0 : this.#options.staleMs)) {
        this.#entries.delete(host);
      }
    }
    if (this.#entries.size > 0 || this.#sweeper === null) return;
    clearInterval(this.#sweeper);
    this.#sweeper = null;
  }

  /** The host that was first asked for goes; it is asked for again when it is used. */
  #makeRoom(): void {
    if (this.#entries.size < HOSTS_MAX) return;
    for (const [host, { waiting }] of this.#entries) {
      if (waiting !== null) continue;
      this.#entries.delete(host);
      return;
    }
  }
}

/** Addresses as the settings of `gateway.dns` say. */
export function createHostAddresses({ servers, minTtl, maxTtl, stale }: GatewaySettings['dns']): HostAddresses {
  return new HostAddresses({ ask: createAskHost(servers), minTtlMs: minTtl, maxTtlMs: Math.max(minTtl, maxTtl), staleMs: stale });
}

/** Beyond, it is not remembered that an address was ever there. */
const FORGOTTEN_MS = 10 * GONE_MS;

function isUsable({ addresses, expiresMs }: Entry, nowMs: number, staleMs: number): boolean {
  return addresses.length > 0 && nowMs < expiresMs + staleMs;
}

function answer(entry: Entry, nowMs: number, staleMs: number, found: Found): void {
  if (isUsable(entry, nowMs, staleMs)) found(null, inTurn(entry.addresses, entry.turn++));
  else found(entry.error, []);
}

/** Is answered at the latest when the patience is over, with what there is. */
function impatient(entry: Entry, found: Found): Found {
  let open = true;
  const once: Found = (error, addresses) => {
    clearTimeout(timer);
    if (open) found(error, addresses);
    open = false;
  };
  const timer = setTimeout(() => once(null, inTurn(entry.addresses, entry.turn++)), PATIENCE_MS);
  return once;
}

function isIn({ addresses }: Entry, address: string): boolean {
  return addresses.some((each) => each.address === address);
}

/** The addresses, those of the first one's family rotated: the order of the families is not ours to change. */
function inTurn(addresses: readonly LookupAddress[], turn: number): LookupAddress[] {
  const family = addresses[0]?.family;
  const preferred = addresses.filter((address) => address.family === family);
  const others = addresses.filter((address) => address.family !== family);
  const start = preferred.length === 0 ? 0 : turn % preferred.length;
  return [...preferred.slice(start), ...preferred.slice(0, start), ...others];
}

function noAddress(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' });
}

function ignore(): void {}

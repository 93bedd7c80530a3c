import { setTimeout as delay } from 'node:timers/promises';
import type { PackedSnapshot, ServiceDefinition, TargetDefinition } from '@gatehouse/contract';
import type { FoundService } from '../wire/dns/service-records.ts';
import { fillSnapshot, servicesOf } from './fill-snapshot.ts';

export interface DiscoveryOptions {
  /** Asks for the targets of a service. Rejects when there are none. */
  find(service: ServiceDefinition): Promise<FoundService>;
  /** The targets of a service of the live snapshot are others than before. */
  changed(): void;
  log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
  /** How long a snapshot waits for services that nobody has asked for yet, ms; default 3,000. */
  firstWaitMs?: number;
}

/** For what may be used for a shorter time, and where there is nothing yet. */
const SOONEST_MS = 1_000;

/**
 * Knows where the services of the live snapshot are. What was found last is used on when nobody can be asked, and when the answer is
 * that there is nothing: records go and come while they are changed, and a target that is gone shows by itself.
 */
export class ServiceDiscovery {
  readonly #options: DiscoveryOptions;
  readonly #watched = new Map<string, WatchedService>();

  constructor(options: DiscoveryOptions) {
    this.#options = options;
  }

  /** The snapshot with the targets of its services; the same one when it has none. They are followed from now on. */
  async fill(packed: PackedSnapshot): Promise<PackedSnapshot> {
    const services = servicesOf(packed);
    if (services.length === 0) return packed;
    for (const service of services) {
      const key = keyOf(service);
      if (!this.#watched.has(key)) this.#watched.set(key, new WatchedService(service, this.#options));
    }
    await this.#waitForFirst(services);
    return fillSnapshot(packed, (service) => this.#watched.get(keyOf(service))?.use() ?? []);
  }

  /** Follows no services but those of the live snapshot; null: none. */
  keepOnly(packed: PackedSnapshot | null): void {
    const kept = new Set(packed === null ? [] : servicesOf(packed).map(keyOf));
    for (const [key, watched] of this.#watched) {
      if (kept.has(key)) continue;
      watched.stop();
      this.#watched.delete(key);
    }
  }

  stop(): void {
    this.keepOnly(null);
  }

  async #waitForFirst(services: readonly ServiceDefinition[]): Promise<void> {
    const { firstWaitMs = 3_000 } = this.#options;
    const limit = new AbortController();
    const first = Promise.all(services.map((service) => this.#watched.get(keyOf(service))?.first));
    await Promise.race([first, delay(firstWaitMs, undefined, { signal: limit.signal }).catch(() => undefined)]);
    limit.abort();
  }
}

class WatchedService {
  /** Resolves when the first answer is there, or it is known that there is none. */
  readonly first: Promise<void>;
  readonly #service: ServiceDefinition;
  readonly #options: DiscoveryOptions;
  /** In a fixed order; empty before the first answer. */
  #targets: readonly TargetDefinition[] = [];
  /** What was last put into a snapshot; undefined: nothing yet. */
  #used: readonly TargetDefinition[] | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isFailing = false;
  #isStopped = false;

  constructor(service: ServiceDefinition, options: DiscoveryOptions) {
    this.#service = service;
    this.#options = options;
    this.first = this.#ask();
  }

  /** The targets, for a snapshot: from now on it is told when they are others. */
  use(): readonly TargetDefinition[] {
    this.#used = this.#targets;
    return this.#targets;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #ask(): Promise<void> {
    const { find, changed, log } = this.#options;
    const { name, refreshMs } = this.#service;
    let againMs = refreshMs;
    try {
      const { targets, ttlMs } = await find(this.#service);
      if (ttlMs !== null) againMs = Math.min(refreshMs, Math.max(SOONEST_MS, ttlMs));
      if (this.#isStopped) return;
      if (this.#isFailing) log.info({ service: name, targets: targets.length }, 'A service is found again');
      this.#isFailing = false;
      this.#targets = targets;
      if (this.#used !== undefined && JSON.stringify(targets) !== JSON.stringify(this.#used)) {
        log.info({ service: name, targets: targets.map(({ url }) => url) }, 'The targets of a service changed');
        changed();
      }
    } catch (error) {
      if (this.#isStopped) return;
      const reason = error instanceof Error ? error.message : String(error);
      if (!this.#isFailing)
        log.warn({ service: name, reason, targets: this.#targets.length }, 'A service is not found; the last targets stay in use');
      this.#isFailing = true;
    }
    if (this.#targets.length === 0) againMs = Math.min(SOONEST_MS, refreshMs);
    // Spread, so that many names are not asked for in the same instant.
    this.#timer = setTimeout(() => void this.#ask(), againMs * (0.9 + Math.random() * 0.2));
    this.#timer.unref();
  }
}

function keyOf({ name, record, port, https, refreshMs }: ServiceDefinition): string {
  return JSON.stringify([name.toLowerCase(), record, port, https, refreshMs]);
}

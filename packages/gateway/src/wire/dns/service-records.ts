import { Resolver } from 'node:dns/promises';
import type { ServiceDefinition, TargetDefinition } from '@gatehouse/contract';

const TIMEOUT_MS = 2_000;
const TRIES = 2;
const TARGETS_MAX = 1_000;
const WEIGHT_MAX = 1_000;

/** What a record may name: anything else would not be a host in a URL. */
const HOST = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?){0,126}$/i;

/** Where a service is. */
export interface FoundService {
  targets: TargetDefinition[];
  /** How long that may be used; null: whoever answered does not say (of SRV records the resolver does not tell it). */
  ttlMs: number | null;
}

/** Asks DNS where a service is. */
export class ServiceRecords {
  readonly #resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });

  /** `servers`: addresses, with or without a port; none: those of the system. */
  constructor(servers: readonly string[]) {
    if (servers.length > 0) this.#resolver.setServers(servers);
  }

  /** The targets that the records name, in an order of their own. Rejects when there are none, and when nobody can be asked. */
  async find(service: ServiceDefinition): Promise<FoundService> {
    const { targets, ttlMs } = service.record === 'srv' ? await this.#findServers(service) : await this.#findAddresses(service);
    if (targets.length === 0) throw new Error(`${service.name} has no record that names a target`);
    return { targets: targets.sort((one, other) => (one.url < other.url ? -1 : 1)).slice(0, TARGETS_MAX), ttlMs };
  }

  /** Those of the first priority (RFC 2782: the others are for when none of these can be reached, which their ejection does not tell). */
  async #findServers({ name, https }: ServiceDefinition): Promise<FoundService> {
    const records = (await this.#resolver.resolveSrv(name)).filter((record) => HOST.test(record.name) && record.port > 0);
    const first = Math.min(...records.map(({ priority }) => priority));
    const used = records.filter(({ priority }) => priority === first);
    const largest = Math.max(1, ...used.map(({ weight }) => weight));
    const scale = largest > WEIGHT_MAX ? WEIGHT_MAX / largest : 1;
    const byUrl = new Map<string, TargetDefinition>();
    for (const { name: host, port, weight } of used) {
      const url = new URL(`${https ? 'https' : 'http'}://${host}:${port}`).origin;
      // Weight 0 is for records without a preference, and for those that should hardly be used: they get the smallest share.
      byUrl.set(url, { url, weight: Math.max(1, Math.round(weight * scale)) });
    }
    return { targets: [...byUrl.values()], ttlMs: null };
  }

  async #findAddresses({ name, port = 80, https }: ServiceDefinition): Promise<FoundService> {
    const asked = await Promise.allSettled([this.#resolver.resolve4(name, { ttl: true }), this.#resolver.resolve6(name, { ttl: true })]);
    const records = asked.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    const [first] = asked;
    if (records.length === 0 && first.status === 'rejected') throw first.reason;
    const scheme = https ? 'https' : 'http';
    const { host } = new URL(`${scheme}://${name}:${port}`);
    const targets = [...new Set(records.map(({ address }) => address))].map((address) => {
      const url = new URL(`${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`).origin;
      return { url, weight: 1, host };
    });
    return { targets, ttlMs: Math.min(...records.map(({ ttl }) => ttl)) * 1000 };
  }
}

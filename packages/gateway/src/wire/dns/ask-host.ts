import type { LookupAddress } from 'node:dns';
import { lookup, Resolver } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { namesToAsk, readSystemNames, type SystemNames } from './system-names.ts';

/** The addresses of a host, the best first, and how long they may be used. */
export interface HostAnswer {
  addresses: LookupAddress[];
  /** Null: whoever answered does not say. */
  ttlMs: number | null;
}

/** Asks for the addresses of a host. Rejects with an error that has a `code` when there are none, or nobody can be asked. */
export type AskHost = (host: string) => Promise<HostAnswer>;

const TIMEOUT_MS = 1000;
const TRIES = 2;

/**
 * Asks as the machine does: the hosts file, then DNS with the search domains, which is asked directly because the system's resolver does
 * not tell for how long an answer holds; then the system's resolver, for what only it knows (other sources of names, other settings) and
 * for when DNS cannot be asked. `servers`: asked before the system's, and only for names in full.
 */
export function createAskHost(servers: readonly string[] = []): AskHost {
  let resolver = createResolver(servers);
  let version: string | undefined;
  return async (host) => {
    const system = await readSystemNames();
    if (servers.length === 0 && version !== undefined && version !== system.version) resolver = createResolver(servers);
    version = system.version;
    if (!isLocal(host, system)) {
      const names = servers.length > 0 ? [host] : namesToAsk(host, system);
      const answer = await askDns(resolver, names);
      if (answer !== undefined) return answer;
    }
    return { addresses: await lookup(host, { all: true }), ttlMs: null };
  };
}

function createResolver(servers: readonly string[]): Resolver {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
  if (servers.length > 0) resolver.setServers(servers);
  return resolver;
}

/** Names that DNS must not be asked for, or not first (RFC 6761, RFC 6762). */
function isLocal(host: string, { hosts, search }: SystemNames): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (hosts.has(name) || name === 'localhost' || name.endsWith('.localhost') || name.endsWith('.local')) return true;
  return !name.includes('.') && search.length === 0;
}

/** The answer for the first of the names that there is; undefined when there is none of them, or when it cannot be told. */
async function askDns(resolver: Resolver, names: readonly string[]): Promise<HostAnswer | undefined> {
  for (const name of names) {
    const asked = await Promise.allSettled([resolver.resolve4(name, { ttl: true }), resolver.resolve6(name, { ttl: true })]);
    const [v4, v6] = asked;
    const found = [
      ...(v4.status === 'fulfilled' ? v4.value.map(({ address, ttl }) => ({ address, family: 4, ttl })) : []),
      ...(v6.status === 'fulfilled' ? v6.value.map(({ address, ttl }) => ({ address, family: 6, ttl })) : []),
    ];
    if (found.length > 0) {
      if (hasIpv6()) found.sort((one, other) => other.family - one.family);
      return {
        addresses: found.map(({ address, family }) => ({ address, family })),
        ttlMs: Math.min(...found.map(({ ttl }) => ttl)) * 1000,
      };
    }
    // Of a name that could not be asked for it is not known that there is none: the next would be another host.
    if (asked.some((answer) => answer.status === 'rejected' && !isNothing(answer.reason))) return undefined;
  }
  return undefined;
}

function isNothing(error: unknown): boolean {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOTFOUND' || code === 'ENODATA';
}

/** IPv6 comes first where the machine has an address by which it could be used (RFC 6724). */
function hasIpv6(): boolean {
  for (const addresses of Object.values(networkInterfaces()))
    for (const { family, internal, address } of addresses ?? [])
      if (family === 'IPv6' && !internal && !address.toLowerCase().startsWith('fe80:')) return true;
  return false;
}

import { mappedIpv4, NO_IPV4, normalizeAddress, parseIpv4, parseIpv6 } from './ip-address.ts';

/** An IP address or CIDR block that cannot be read. The message goes to the user. */
export class AddressError extends Error {
  override name = 'AddressError';
}

interface Cidr {
  family: 4 | 6;
  first: bigint;
  last: bigint;
}

/** Reads `10.0.0.0/8`, `::1` and the like; bits behind the prefix are ignored. Throws `AddressError`. */
function parseCidr(block: string): Cidr {
  const slash = block.indexOf('/');
  const address = slash === -1 ? block : block.slice(0, slash);
  const length = slash === -1 ? undefined : block.slice(slash + 1);
  const fail = () => new AddressError(`"${block}" is not an IP address or a CIDR block, such as 10.0.0.0/8 or ::1`);
  if (length !== undefined && !/^\d{1,3}$/.test(length)) throw fail();
  const range = (family: 4 | 6, bits: number, value: bigint, prefix: number): Cidr => {
    if (prefix < 0 || prefix > bits) throw fail();
    const host = (1n << BigInt(bits - prefix)) - 1n;
    return { family, first: value & ~host, last: value | host };
  };
  const ipv4 = parseIpv4(address);
  if (ipv4 !== NO_IPV4) return range(4, 32, BigInt(ipv4), Number(length ?? 32));
  const groups = address.includes('%') ? undefined : parseIpv6(address);
  if (groups === undefined) throw fail();
  const prefix = Number(length ?? 128);
  const mapped = mappedIpv4(groups);
  // ::ffff:10.0.0.0/104 is 10.0.0.0/8 in other words; clients are compared in their IPv4 form only.
  if (mapped !== NO_IPV4 && prefix >= 96) return range(4, 32, BigInt(mapped), prefix - 96);
  return range(6, 128, toBigInt(groups), prefix);
}

/** Whether a text is an IP address or a CIDR block that `compileCidrs` takes. */
export function isCidr(block: string): boolean {
  try {
    parseCidr(block);
    return true;
  } catch (error) {
    if (error instanceof AddressError) return false;
    throw error;
  }
}

function toBigInt(groups: readonly number[]): bigint {
  return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}

/** Sorted, and ranges that overlap or touch made one, so that a binary search finds the only candidate. */
function mergeRanges(cidrs: readonly Cidr[]): Cidr[] {
  const merged: Cidr[] = [];
  for (const cidr of cidrs.toSorted((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))) {
    const before = merged.at(-1);
    if (before === undefined || cidr.first > before.last + 1n) merged.push({ ...cidr });
    else if (cidr.last > before.last) before.last = cidr.last;
  }
  return merged;
}

/** Answers for IPv6 addresses that are remembered per matcher. */
const REMEMBERED_MAX = 1024;

/**
 * Compiles IP addresses and CIDR blocks into a test of an address. IPv4-mapped IPv6 addresses are tested as the IPv4 address that they
 * stand for; what is no address is in no block. Costs a binary search however many blocks there are, and allocates nothing for IPv4.
 * Throws `AddressError`.
 */
export function compileCidrs(blocks: readonly string[]): (address: string) => boolean {
  const cidrs = blocks.map(parseCidr);
  const ranges4 = mergeRanges(cidrs.filter((cidr) => cidr.family === 4));
  const first4 = Float64Array.from(ranges4, (range) => Number(range.first));
  const last4 = Float64Array.from(ranges4, (range) => Number(range.last));
  const ranges6 = mergeRanges(cidrs.filter((cidr) => cidr.family === 6));
  const remembered = new Map<string, boolean>();

  const has4 = (address: number): boolean => {
    let low = 0;
    let high = first4.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((first4[middle] as number) <= address) low = middle + 1;
      else high = middle;
    }
    return low > 0 && (last4[low - 1] as number) >= address;
  };
  const has6 = (address: bigint): boolean => {
    let low = 0;
    let high = ranges6.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ranges6[middle] as Cidr).first <= address) low = middle + 1;
      else high = middle;
    }
    return low > 0 && (ranges6[low - 1] as Cidr).last >= address;
  };
  const test6 = (address: string): boolean => {
    const groups = parseIpv6(address);
    if (groups === undefined) return false;
    const mapped = mappedIpv4(groups);
    return mapped === NO_IPV4 ? has6(toBigInt(groups)) : has4(mapped);
  };
  return (address) => {
    const ipv4 = parseIpv4(address);
    if (ipv4 !== NO_IPV4) return has4(ipv4);
    const known = remembered.get(address);
    if (known !== undefined) return known;
    const found = test6(address);
    if (remembered.size >= REMEMBERED_MAX) remembered.clear();
    remembered.set(address, found);
    return found;
  };
}

/**
 * The address of the client: the first one, walking X-Forwarded-For from the right, that is not a trusted proxy's. Each proxy appends
 * the peer that it saw, so only what trusted hops appended is evidence; everything to the left of the first untrusted hop is the
 * client's own invention. Hops may carry ports and brackets. At a hop that is no address the walk stops, and the last good one stands.
 * Returns the normalised address (see `normalizeAddress`); a peer that is no address is returned as it is.
 */
export function clientAddress(
  peer: string,
  xForwardedFor: readonly string[] | string | undefined,
  isTrusted: (address: string) => boolean,
): string {
  let client = normalizeAddress(peer) ?? peer;
  if (xForwardedFor === undefined || !isTrusted(client)) return client;
  const lines = typeof xForwardedFor === 'string' ? [xForwardedFor] : xForwardedFor;
  for (let i = lines.length - 1; i >= 0; i--) {
    const line = lines[i] as string;
    let end = line.length;
    while (end >= 0) {
      const comma = end === 0 ? -1 : line.lastIndexOf(',', end - 1);
      const hop = line.slice(comma + 1, end).trim();
      end = comma;
      // Empty list members mean nothing (RFC 9110 section 5.6.1.2).
      if (hop === '') continue;
      const address = parseHop(hop);
      if (address === undefined) return client;
      client = address;
      if (!isTrusted(client)) return client;
    }
  }
  return client;
}

/** Longest hop: a bracketed IPv6 address with a zone and a port. */
const HOP_CHARACTERS_MAX = 100;

/** `1.2.3.4`, `1.2.3.4:567`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:567`, normalised; undefined for anything else. */
function parseHop(hop: string): string | undefined {
  if (hop.length > HOP_CHARACTERS_MAX) return undefined;
  if (hop.startsWith('[')) {
    const match = /^\[([^\]]{2,80})\](?::\d{1,5})?$/.exec(hop);
    const address = match?.[1];
    return address?.includes(':') === true ? normalizeAddress(address) : undefined;
  }
  const colon = hop.indexOf(':');
  // One colon only is a port: an IPv6 address has at least two.
  if (colon !== -1 && colon === hop.lastIndexOf(':')) {
    return /^\d{1,5}$/.test(hop.slice(colon + 1)) ? normalizeAddress(hop.slice(0, colon)) : undefined;
  }
  return normalizeAddress(hop);
}

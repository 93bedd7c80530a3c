/** What `parseIpv4` returns for anything that is no IPv4 address. */
export const NO_IPV4 = -1;

/** Longest text of an IPv6 address, a mapped one with its dotted part; a zone is cut off before. */
const IPV6_CHARACTERS_MAX = 45;

/**
 * An IPv4 address as an unsigned 32-bit number, or `NO_IPV4`. Four decimal numbers and nothing else: forms that some parsers read as
 * octal, hexadecimal or shortened (`010.1`, `0x7f.1`, `127.1`) are refused, because others read another address in them.
 * Allocates nothing.
 */
export function parseIpv4(text: string, start = 0, end = text.length): number {
  if (end - start < 7 || end - start > 15) return NO_IPV4;
  let address = 0;
  let part = -1;
  let dots = 0;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === 46) {
      if (part === -1 || ++dots > 3) return NO_IPV4;
      address = address * 256 + part;
      part = -1;
    } else if (code >= 48 && code <= 57) {
      if (part === 0) return NO_IPV4;
      part = part === -1 ? code - 48 : part * 10 + code - 48;
      if (part > 255) return NO_IPV4;
    } else {
      return NO_IPV4;
    }
  }
  return dots === 3 && part !== -1 ? address * 256 + part : NO_IPV4;
}

/**
 * An IPv6 address (RFC 4291 section 2.2) as eight 16-bit groups, or undefined. A zone (`%eth0`, RFC 4007) is ignored: it names an
 * interface of this machine, not another address.
 */
export function parseIpv6(text: string): number[] | undefined {
  const zone = text.indexOf('%');
  const address = zone === -1 ? text : text.slice(0, zone);
  if (address.length < 2 || address.length > IPV6_CHARACTERS_MAX) return undefined;
  const gap = address.indexOf('::');
  if (gap === -1) {
    const groups = parseGroups(address, true);
    return groups?.length === 8 ? groups : undefined;
  }
  const left = gap === 0 ? [] : parseGroups(address.slice(0, gap), false);
  const right = gap + 2 === address.length ? [] : parseGroups(address.slice(gap + 2), true);
  // A gap stands for at least one group, and a second one is found as an empty group.
  if (left === undefined || right === undefined || left.length + right.length > 7) return undefined;
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
}

/** Groups between colons; the last one may be a dotted IPv4 address, which counts as two. */
function parseGroups(text: string, atEnd: boolean): number[] | undefined {
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (atEnd && index === parts.length - 1 && part.includes('.')) {
      const address = parseIpv4(part);
      if (address === NO_IPV4) return undefined;
      groups.push(Math.floor(address / 65_536), address % 65_536);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return groups;
}

/** The IPv4 address that an IPv4-mapped IPv6 address stands for (`::ffff:1.2.3.4`, RFC 4291 section 2.5.5.2), or `NO_IPV4`. */
export function mappedIpv4(groups: readonly number[]): number {
  for (let i = 0; i < 5; i++) if (groups[i] !== 0) return NO_IPV4;
  return groups[5] === 0xffff ? (groups[6] as number) * 65_536 + (groups[7] as number) : NO_IPV4;
}

/** `10.0.0.1` from an unsigned 32-bit number. */
export function formatIpv4(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** The one canonical text of an IPv6 address: lower case, the longest run of zero groups shortened (RFC 5952 section 4). */
export function formatIpv6(groups: readonly number[]): string {
  let gapStart = -1;
  let gapLength = 1;
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && groups[i + length] === 0) length++;
    if (length > gapLength) {
      gapStart = i;
      gapLength = length;
    }
    i += length;
  }
  const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  if (gapStart === -1) return hex(groups);
  return `${hex(groups.slice(0, gapStart))}::${hex(groups.slice(gapStart + gapLength))}`;
}

/**
 * The one text by which an address is known here, or undefined when it is none: IPv4 as it is, IPv4-mapped IPv6 as that IPv4 address
 * (a dual-stack socket reports IPv4 clients so), IPv6 canonical and without zone.
 */
export function normalizeAddress(text: string): string | undefined {
  if (!text.includes(':')) return parseIpv4(text) === NO_IPV4 ? undefined : text;
  const groups = parseIpv6(text);
  if (groups === undefined) return undefined;
  const ipv4 = mappedIpv4(groups);
  return ipv4 === NO_IPV4 ? formatIpv6(groups) : formatIpv4(ipv4);
}

/** Networks of IPv6 clients that were seen lately. */
const networks = new Map<string, string>();
const NETWORKS_MAX = 4096;

/**
 * What one client can be told by: an IPv4 address itself, of an IPv6 address its /64, because a single customer is given at least that
 * and could otherwise call from 2^64 addresses in turn. What is no address is returned as it is.
 */
export function clientNetwork(address: string): string {
  if (!address.includes(':')) return address;
  const known = networks.get(address);
  if (known !== undefined) return known;
  const groups = parseIpv6(address);
  if (groups === undefined) return address;
  const ipv4 = mappedIpv4(groups);
  const network = ipv4 === NO_IPV4 ? `${formatIpv6([...groups.slice(0, 4), 0, 0, 0, 0])}/64` : formatIpv4(ipv4);
  if (networks.size >= NETWORKS_MAX) networks.clear();
  networks.set(address, network);
  return network;
}

import { BlockList, isIPv4 } from 'node:net';

/**
 * What an IP address leads to. `metadata` are the addresses of the link itself, where clouds answer with credentials of the
 * machine to whoever asks from it; `private` is everything else that is not the public internet.
 */
export type AddressClass = 'public' | 'private' | 'metadata';

function listOf(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = '', prefix = ''] = subnet.split('/');
    list.addSubnet(address, Number(prefix), isIPv4(address) ? 'ipv4' : 'ipv6');
  }
  return list;
}

const METADATA = listOf([
  // Link-local (RFC 3927, RFC 4291): AWS, Google Cloud, Azure, OpenStack answer at 169.254.169.254.
  '169.254.0.0/16',
  'fe80::/10',
  // AWS over IPv6, Alibaba Cloud, Oracle Cloud, Azure's host agent.
  'fd00:ec2::254/128',
  '100.100.100.200/32',
  '192.0.0.192/32',
  '168.63.129.16/32',
]);

/** The special-purpose registries of IANA (RFC 6890), and the forms of IPv6 that carry an IPv4 address past this list. */
const PRIVATE = listOf([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fec0::/10',
  'ff00::/8',
]);

/** Classifies an address as a resolver or a URL gives it, without brackets. */
export function classifyAddress(address: string): AddressClass {
  const bare = address.replace(/%.{0,64}$/, '');
  const mapped = /^::ffff:(.+)$/i.exec(bare)?.[1];
  const plain = mapped === undefined ? bare : fromMapped(mapped);
  const family = isIPv4(plain) ? 'ipv4' : 'ipv6';
  if (METADATA.check(plain, family)) return 'metadata';
  return PRIVATE.check(plain, family) ? 'private' : 'public';
}

/** `::ffff:a9fe:a9fe` and `::ffff:169.254.169.254` are the same IPv4 address. */
function fromMapped(text: string): string {
  if (isIPv4(text)) return text;
  const [high = 0, low = 0] = text.split(':').map((part) => Number.parseInt(part, 16));
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

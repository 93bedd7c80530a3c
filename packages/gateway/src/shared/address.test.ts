import { expect, test } from 'vitest';
import { AddressError, clientAddress, compileCidrs, isCidr } from './address.ts';
import { clientNetwork, normalizeAddress } from './ip-address.ts';

test.each([
  ['10.1.2.3', '10.1.2.3'],
  ['255.255.255.255', '255.255.255.255'],
  ['::ffff:10.1.2.3', '10.1.2.3'],
  ['::FFFF:0a01:0203', '10.1.2.3'],
  ['0:0:0:0:0:ffff:10.1.2.3', '10.1.2.3'],
  ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['::', '::'],
  ['1::', '1::'],
  ['0:0:0:0:0:0:0:1', '::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['64:ff9b::10.0.0.1', '64:ff9b::a00:1'],
])('%s is known as %s', (text, normal) => {
  expect(normalizeAddress(text)).toBe(normal);
});

test.each([
  '',
  '1.2.3',
  '1.2.3.4.5',
  '256.1.1.1',
  '010.1.1.1',
  '1.2.3.4 ',
  '0x7f.0.0.1',
  '1..2.3',
  '.1.2.3',
  '1.2.3.',
  '127.1',
  '1.2.3.-4',
  ':',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7::8',
  '12345::',
  '::g',
  '::1.2.3',
  '1.2.3.4::',
  '::ffff:1.2.3.256',
  `${'0'.repeat(60)}::1`,
  'localhost',
])('"%s" is no address', (text) => {
  expect(normalizeAddress(text)).toBeUndefined();
});

test('a block holds its first and last address and not their neighbours', () => {
  const matches = compileCidrs(['10.0.4.0/22', '192.0.2.7', '2001:db8:1::/48']);
  expect(['10.0.4.0', '10.0.7.255', '192.0.2.7', '2001:db8:1::', '2001:DB8:1:ffff:ffff:ffff:ffff:ffff'].map(matches)).not.toContain(false);
  expect(['10.0.3.255', '10.0.8.0', '192.0.2.6', '192.0.2.8', '2001:db8::ffff', '2001:db8:2::', '::'].map(matches)).not.toContain(true);
});

test('an IPv4-mapped address meets the IPv4 rules, and mapped rules meet IPv4 addresses', () => {
  expect(compileCidrs(['10.0.0.0/8'])('::ffff:10.9.9.9')).toBe(true);
  expect(compileCidrs(['10.0.0.0/8'])('::ffff:0b00:0001')).toBe(false);
  expect(compileCidrs(['::ffff:10.0.0.0/104'])('10.9.9.9')).toBe(true);
  expect(compileCidrs(['::/0'])('10.9.9.9')).toBe(false);
});

test('among thousands of overlapping blocks the answer is that of comparing each', () => {
  // A fixed multiplicative generator: the same blocks in every run.
  let seed = 1;
  const random = (below: number) => {
    seed = Math.imul(seed, 1_664_525) + 1_013_904_223;
    return (seed >>> 8) % below;
  };
  const blocks = Array.from({ length: 2000 }, () => ({ base: (random(65_536) * 65_536 + random(65_536)) >>> 0, prefix: 8 + random(25) }));
  const text = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
  const matches = compileCidrs(blocks.map(({ base, prefix }) => `${text(base)}/${prefix}`));
  let inside = 0;
  for (let i = 0; i < 4000; i++) {
    const address = (random(65_536) * 65_536 + random(65_536)) >>> 0;
    const expected = blocks.some(({ base, prefix }) => address >>> (32 - prefix) === base >>> (32 - prefix));
    if (expected) inside++;
    expect(matches(text(address)), text(address)).toBe(expected);
  }
  expect(inside).toBeGreaterThan(100);
});

test('what is no address is in no block, not even in all of them', () => {
  const matches = compileCidrs(['0.0.0.0/0', '::/0']);
  expect(matches('10.0.0.1')).toBe(true);
  expect(matches('::1')).toBe(true);
  expect(['', 'unknown', '10.0.0.1:80', '010.0.0.1'].map(matches)).not.toContain(true);
});

test.each(['', '10.0.0.0/33', '10.0.0/8', '::/129', '10.0.0.0/', '10.0.0.0/8/8', 'fe80::1%eth0', '10.0.0.0/-1', '::ffff:1.2.3.4/200'])(
  '"%s" is refused as a block',
  (block) => {
    expect(isCidr(block)).toBe(false);
    expect(() => compileCidrs([block])).toThrow(AddressError);
  },
);

const isTrusted = compileCidrs(['10.0.0.0/8', 'fd00::/8']);

test.each([
  ['an untrusted peer is never believed', '203.0.113.9', '198.51.100.1', '203.0.113.9'],
  ['the last hop before the trusted ones is the client', '10.0.0.1', '198.51.100.1, 10.0.0.2', '198.51.100.1'],
  ['what the client itself wrote to the left of it is not looked at', '10.0.0.1', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
  ['several fields are one list', '10.0.0.1', ['1.1.1.1', '198.51.100.1, 10.0.0.3', '10.0.0.2'], '198.51.100.1'],
  ['when every hop is trusted the leftmost is the client', '10.0.0.1', '10.0.0.3,10.0.0.2', '10.0.0.3'],
  ['ports are cut off', '10.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
  ['brackets and ports are cut off', '10.0.0.1', '[2001:DB8::1]:4711', '2001:db8::1'],
  ['brackets alone are cut off', 'fd00::1', '[2001:db8::1]', '2001:db8::1'],
  ['an IPv6 hop needs no brackets', '10.0.0.1', '2001:db8::1', '2001:db8::1'],
  ['mapped peers and hops are IPv4', '::ffff:10.0.0.1', '::ffff:198.51.100.1', '198.51.100.1'],
  ['empty members are skipped', '10.0.0.1', ' , 198.51.100.1,, ,', '198.51.100.1'],
  ['at garbage the last good hop stands', '10.0.0.1', '198.51.100.1, unknown, 10.0.0.2', '10.0.0.2'],
  ['garbage at the right leaves the peer', '10.0.0.1', '198.51.100.1, evil"', '10.0.0.1'],
  ['an address with an impossible port is garbage', '10.0.0.1', '198.51.100.1:x', '10.0.0.1'],
  ['an overlong hop is garbage', '10.0.0.1', `[${'1'.repeat(5000)}]`, '10.0.0.1'],
  ['no field leaves the peer', '10.0.0.1', undefined, '10.0.0.1'],
  ['an empty field leaves the peer', '10.0.0.1', '', '10.0.0.1'],
])('%s', (_promise, peer, field, client) => {
  expect(clientAddress(peer, field, isTrusted)).toBe(client);
});

test('clients are told apart by IPv4 address and by IPv6 /64', () => {
  expect(clientNetwork('203.0.113.9')).toBe('203.0.113.9');
  expect(clientNetwork('::ffff:203.0.113.9')).toBe('203.0.113.9');
  expect(clientNetwork('2001:db8:1:2:aaaa::1')).toBe('2001:db8:1:2::/64');
  expect(clientNetwork('2001:db8:1:2:bbbb::2')).toBe(clientNetwork('2001:db8:1:2:aaaa::1'));
  expect(clientNetwork('2001:db8:1:3::1')).not.toBe(clientNetwork('2001:db8:1:2::1'));
});

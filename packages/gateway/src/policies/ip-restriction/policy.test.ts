import { expect, test } from 'vitest';
import { ErrorReply } from '../../exchange/reply.ts';
import { PASS } from '../../pipeline/policy-kind.ts';
import { compilePolicy, createTestExchange } from '../test-exchange.ts';
import { ipRestrictionPolicy } from './policy.ts';

/** Which of the addresses pass. */
function passing(config: unknown, addresses: string[]): string[] {
  const steps = compilePolicy(ipRestrictionPolicy, config);
  return addresses.filter((client) => steps.onRequest?.(createTestExchange({ client })) === PASS);
}

test('with allow, only those pass', () => {
  const addresses = ['10.0.0.1', '10.255.0.1', '11.0.0.1', '2001:db8::7', '2001:db9::7', '::1'];
  expect(passing({ allow: ['10.0.0.0/8', '2001:db8::/32'] }, addresses)).toEqual(['10.0.0.1', '10.255.0.1', '2001:db8::7']);
});

test('with deny alone, all others pass', () => {
  expect(passing({ deny: ['10.0.0.0/8'] }, ['10.0.0.1', '11.0.0.1', '2001:db8::7'])).toEqual(['11.0.0.1', '2001:db8::7']);
});

test('deny wins over allow, even over a narrower one', () => {
  expect(passing({ allow: ['10.0.0.1'], deny: ['10.0.0.0/8'] }, ['10.0.0.1'])).toEqual([]);
});

test('an IPv4 client cannot slip past the rules as an IPv4-mapped IPv6 address', () => {
  expect(passing({ deny: ['10.0.0.0/8'] }, ['::ffff:10.0.0.1', '::ffff:a00:1'])).toEqual([]);
  expect(passing({ allow: ['10.0.0.0/8'] }, ['::ffff:10.0.0.1'])).toEqual(['::ffff:10.0.0.1']);
});

test('what is no address is refused, whatever the lists say', () => {
  expect(passing({ deny: ['10.0.0.0/8'] }, ['', 'unknown'])).toEqual([]);
  expect(passing({ allow: ['0.0.0.0/0', '::/0'] }, ['', 'unknown'])).toEqual([]);
});

test('a refusal is a 403 that tells the log which address, and the caller nothing', () => {
  const verdict = compilePolicy(ipRestrictionPolicy, { deny: ['10.0.0.1'] }).onRequest?.(createTestExchange({ client: '10.0.0.1' }));
  expect(verdict).toBeInstanceOf(ErrorReply);
  expect(verdict).toMatchObject({
    code: 'access.forbidden',
    status: 403,
    detail: undefined,
    fields: [],
    cause: 'The client address 10.0.0.1 is denied',
  });
});

test('preflights are restricted too', () => {
  const steps = compilePolicy(ipRestrictionPolicy, { deny: ['10.0.0.1'] });
  expect(steps.onPreflight?.(createTestExchange({ client: '10.0.0.1' }))).toBeInstanceOf(ErrorReply);
  expect(steps.onPreflight?.(createTestExchange({ client: '10.0.0.2' }))).toBe(PASS);
});

test.each([{}, { allow: [] }, { allow: ['10.0.0.0/33'] }, { deny: ['example.com'] }, { allow: '10.0.0.1' }, { block: ['10.0.0.1'] }])(
  '%j is no configuration',
  (config) => {
    expect(ipRestrictionPolicy.config.safeParse(config).success).toBe(false);
  },
);

import type { LookupAddress } from 'node:dns';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { HostAnswer } from './ask-host.ts';
import { HostAddresses } from './host-addresses.ts';

const HOST = 'backend.example';
const MINUTE_MS = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

function v4(...addresses: string[]): LookupAddress[] {
  return addresses.map((address) => ({ address, family: 4 }));
}

/** Addresses whose answers come when the test says so. */
function start(options: { minTtlMs?: number; maxTtlMs?: number; staleMs?: number } = {}) {
  const asked: { answer(ttlMs: number | null, addresses: LookupAddress[]): Promise<void>; fail(code?: string): Promise<void> }[] = [];
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
  const hosts = new HostAddresses({
    ...options,
    ask: () => {
      const { promise, resolve, reject } = Promise.withResolvers<HostAnswer>();
      asked.push({
        answer: (ttlMs, addresses) => {
          resolve({ ttlMs, addresses });
          return settled();
        },
        fail: (code = 'ETIMEOUT') => {
          reject(Object.assign(new Error('down'), { code }));
          return settled();
        },
      });
      return promise;
    },
  });
  const lookup = (family = 0) =>
    new Promise<string[] | string>((resolve) => {
      hosts.lookup(HOST, { all: true, family }, (error, addresses) =>
        resolve(error === null ? (addresses as LookupAddress[]).map(({ address }) => address) : (error.code ?? '')),
      );
    });
  return { hosts, asked, lookup, pass: (ms: number) => vi.advanceTimersByTime(ms) };
}

test('a host is asked for once, whoever waits, and its addresses take turns', async () => {
  const { asked, lookup } = start();
  const both = Promise.all([lookup(), lookup()]);
  expect(asked).toHaveLength(1);
  await asked[0]?.answer(30_000, v4('10.0.0.1', '10.0.0.2'));
  expect(await both).toEqual([
    ['10.0.0.1', '10.0.0.2'],
    ['10.0.0.2', '10.0.0.1'],
  ]);
  expect(await lookup()).toEqual(['10.0.0.1', '10.0.0.2']);
  expect(asked).toHaveLength(1);
});

test('what is used is asked for again before its time is over, and no request waits', async () => {
  const { asked, lookup, pass } = start();
  const first = lookup();
  await asked[0]?.answer(20_000, v4('10.0.0.1'));
  await first;
  pass(15_000);
  expect(asked).toHaveLength(1);
  pass(2_000);
  expect(asked).toHaveLength(2);
  expect(await lookup()).toEqual(['10.0.0.1']);
  await asked[1]?.answer(20_000, v4('10.0.0.9'));
  expect(await lookup()).toEqual(['10.0.0.9']);
});

test('what is used no longer is not asked for, and what is over then is not used without asking', async () => {
  const { asked, lookup, pass } = start();
  const first = lookup();
  await asked[0]?.answer(30_000, v4('10.0.0.1'));
  await first;
  for (let i = 1; i < 20; i++) {
    pass(30_000);
    await asked[i]?.answer(30_000, v4('10.0.0.1'));
  }
  const before = asked.length;
  expect(before).toBeLessThan(5);
  const next = lookup();
  expect(asked).toHaveLength(before + 1);
  await asked[before]?.answer(30_000, v4('10.0.0.2'));
  expect(await next).toEqual(['10.0.0.2']);
});

test.each([
  [0, 900, 1_900],
  [3_600_000, 7_000, 9_000],
  [null, 7_000, 9_000],
])('a time to live of %s ms is kept within its bounds', async (ttlMs, stillMs, againMs) => {
  const { asked, lookup, pass } = start({ minTtlMs: 1_500, maxTtlMs: 10_000 });
  const first = lookup();
  await asked[0]?.answer(ttlMs, v4('10.0.0.1'));
  await first;
  pass(stillMs);
  expect(asked).toHaveLength(1);
  pass(againMs - stillMs);
  expect(asked).toHaveLength(2);
});

test('when nobody answers the last addresses are used on, for a bounded time, and asked for ever less often', async () => {
  const { asked, lookup, pass } = start({ staleMs: 10 * MINUTE_MS });
  const first = lookup();
  await asked[0]?.answer(10_000, v4('10.0.0.1'));
  await first;
  for (let ms = 0; ms < 9 * MINUTE_MS; ms += 1_000) {
    pass(1_000);
    expect(await lookup()).toEqual(['10.0.0.1']);
    await asked.at(-1)?.fail();
  }
  expect(asked.length).toBeGreaterThan(15);
  expect(asked.length).toBeLessThan(30);
  pass(2 * MINUTE_MS);
  const late = lookup();
  await asked.at(-1)?.fail('ESERVFAIL');
  expect(await late).toBe('ESERVFAIL');
});

test('who finds the time of the addresses over does not wait long for others', async () => {
  const { asked, lookup, pass } = start();
  const first = lookup();
  await asked[0]?.answer(10_000, v4('10.0.0.1'));
  await first;
  pass(5 * MINUTE_MS);
  await asked.at(-1)?.answer(10_000, v4('10.0.0.1'));
  pass(5 * MINUTE_MS);
  const before = asked.length;
  const late = lookup();
  expect(asked).toHaveLength(before + 1);
  pass(500);
  expect(await late).toEqual(['10.0.0.1']);
});

test('that a host does not exist is believed for a moment only', async () => {
  const { asked, lookup, pass } = start();
  const failing = lookup();
  await asked[0]?.fail('ENOTFOUND');
  expect(await failing).toBe('ENOTFOUND');
  expect(await lookup()).toBe('ENOTFOUND');
  expect(asked).toHaveLength(1);
  pass(3_000);
  const again = lookup();
  expect(asked).toHaveLength(2);
  await asked[1]?.answer(10_000, v4('10.0.0.1'));
  expect(await again).toEqual(['10.0.0.1']);
});

test('the order of the families stays, and who wants one gets that one', async () => {
  const { asked, lookup } = start();
  const first = lookup();
  await asked[0]?.answer(10_000, [...v4('10.0.0.1', '10.0.0.2'), { address: '::1', family: 6 }]);
  await first;
  expect(await lookup()).toEqual(['10.0.0.2', '10.0.0.1', '::1']);
  expect(await lookup(6)).toEqual(['::1']);
});

test('an address is gone when later answers have left it out for a minute, and not while nobody answers', async () => {
  const { hosts, asked, lookup, pass } = start();
  const first = lookup();
  await asked[0]?.answer(10_000, v4('10.0.0.1'));
  await first;
  let answered = 1;
  /** A minute and more goes by, with connections that are in use. */
  const minute = async (answer: (question: (typeof asked)[number]) => Promise<void>) => {
    for (let ms = 0; ms < 70_000; ms += 1_000) {
      pass(1_000);
      hosts.isGone(HOST, '10.0.0.1');
      for (const question of asked.slice(answered)) await answer(question);
      answered = asked.length;
    }
  };
  await minute((question) => question.fail());
  expect(hosts.isGone(HOST, '10.0.0.1')).toBe(false);
  await minute((question) => question.answer(10_000, v4('10.0.0.1', '10.0.0.2')));
  expect(hosts.isGone(HOST, '10.0.0.1')).toBe(false);
  pass(10_000);
  await asked.at(-1)?.answer(10_000, v4('10.0.0.2'));
  answered = asked.length;
  expect(hosts.isGone(HOST, '10.0.0.1')).toBe(false);
  await minute((question) => question.answer(10_000, v4('10.0.0.2')));
  expect(hosts.isGone(HOST, '10.0.0.1')).toBe(true);
  expect(hosts.isGone(HOST, '10.0.0.2')).toBe(false);
});

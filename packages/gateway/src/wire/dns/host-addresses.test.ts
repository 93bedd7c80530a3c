import type { LookupAddress } from 'node:dns';
import { expect, test } from 'vitest';
import { HostAddresses, type Resolver } from './host-addresses.ts';

function v4(...addresses: string[]): LookupAddress[] {
  return addresses.map((address) => ({ address, family: 4 }));
}

/** A resolver whose answers come when the test says so, and a clock. */
function start() {
  const asked: Parameters<Resolver>[1][] = [];
  let nowMs = 0;
  const hosts = new HostAddresses(
    (_host, found) => asked.push(found),
    () => nowMs,
  );
  const lookup = () =>
    new Promise<string[] | string>((resolve) => {
      hosts.lookup('backend.example', { all: true }, (error, addresses) =>
        resolve(error === null ? (addresses as LookupAddress[]).map(({ address }) => address) : (error.code ?? '')),
      );
    });
  return {
    asked,
    lookup,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

test('a host is asked for once, whoever waits, and its addresses take turns', async () => {
  const { asked, lookup } = start();
  const both = Promise.all([lookup(), lookup()]);
  expect(asked).toHaveLength(1);
  asked[0]?.(null, v4('10.0.0.1', '10.0.0.2'));
  expect(await both).toEqual([
    ['10.0.0.1', '10.0.0.2'],
    ['10.0.0.2', '10.0.0.1'],
  ]);
  expect(await lookup()).toEqual(['10.0.0.1', '10.0.0.2']);
  expect(asked).toHaveLength(1);
});

test('what is no longer fresh is used while it is asked for again, and what has come is used from then on', async () => {
  const { asked, lookup, pass } = start();
  const first = lookup();
  asked[0]?.(null, v4('10.0.0.1'));
  await first;
  pass(11_000);
  expect(await lookup()).toEqual(['10.0.0.1']);
  expect(asked).toHaveLength(2);
  asked[1]?.(null, v4('10.0.0.9'));
  expect(await lookup()).toEqual(['10.0.0.9']);
});

test('when nobody can be asked the last addresses are used on; a host that never had one fails', async () => {
  const { asked, lookup, pass } = start();
  const failing = lookup();
  asked[0]?.(Object.assign(new Error('down'), { code: 'EAI_AGAIN' }), []);
  expect(await failing).toBe('EAI_AGAIN');
  const first = lookup();
  asked[1]?.(null, v4('10.0.0.1'));
  await first;
  for (let i = 2; i < 5; i++) {
    pass(60_000);
    expect(await lookup()).toEqual(['10.0.0.1']);
    asked[i]?.(Object.assign(new Error('down'), { code: 'EAI_AGAIN' }), []);
  }
});

test("the order of the families stays the system's", async () => {
  const { asked, lookup } = start();
  const first = lookup();
  asked[0]?.(null, [...v4('10.0.0.1', '10.0.0.2'), { address: '::1', family: 6 }]);
  await first;
  expect(await lookup()).toEqual(['10.0.0.2', '10.0.0.1', '::1']);
});

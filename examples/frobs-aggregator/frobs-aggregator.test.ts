import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { checkConfiguration } from '@gatehouse/server';
import { afterEach, expect, test } from 'vitest';
import { Instance } from '../../test/support/control.ts';
import { createFlerps } from '../flerps/server.ts';
import { createFrobs } from '../frobs/server.ts';
import { CachedSource } from './cached-source.ts';
import type { FrobSummary } from './compute-aggregate.ts';

const AUTHORIZED = { authorization: 'Bearer an-admin-token-for-tests-only' };
const MODULE = fileURLToPath(new URL('./plugin.ts', import.meta.url));

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

async function listening(server: Server, port = 0): Promise<{ port: number; stop(): Promise<void> }> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  cleanups.push(stop);
  return { port: (server.address() as AddressInfo).port, stop };
}

/** Gatehouse with the plugin, as it is really started. */
async function start(frobs: Server | RequestListener, flerps: Server | RequestListener, config: Record<string, unknown> = {}) {
  const toServer = (given: Server | RequestListener) => (typeof given === 'function' ? createServer(given) : given);
  const [frobsAt, flerpsAt] = [await listening(toServer(frobs)), await listening(toServer(flerps))];
  const sources = { frobs: `http://127.0.0.1:${frobsAt.port}/v1/list`, flerps: `http://127.0.0.1:${flerpsAt.port}/flerp-batch` };
  const plugins = [{ module: MODULE, config: { ...sources, timeout: '300ms', ...config } }];
  const control = await Instance.start({ role: 'control', config: { plugins } });
  cleanups.push(() => control.remove());
  const url = `${control.controlUrl}/api/frobs-aggregator`;
  const summary = async (): Promise<FrobSummary> => {
    const response = await fetch(`${url}/summary`, { headers: AUTHORIZED });
    expect(response.status).toBe(200);
    return (await response.json()) as FrobSummary;
  };
  return { url, summary, frobsAt, flerpsAt };
}

const states = ({ sources }: FrobSummary) => Object.fromEntries(sources.map(({ name, state }) => [name, state]));
const hanging: RequestListener = () => undefined;

test('a summary takes both services and the table, and is for those who are signed in', { timeout: 60_000 }, async () => {
  const { url, summary } = await start(createFrobs(), createFlerps());
  expect((await fetch(`${url}/summary`)).status).toBe(401);
  expect((await fetch(`${url}/summary`, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
  expect(await summary()).toEqual({
    frobs: 3,
    fastest: 'Small frob',
    flerps: 16,
    frobsWithoutFlerps: 1,
    observations: 0,
    sources: ['frobs', 'flerps', 'observations'].map((name) => ({ name, state: 'ok', ageSeconds: 0 })),
  });
  const observe = (body: unknown) =>
    fetch(`${url}/observations`, {
      method: 'POST',
      headers: { ...AUTHORIZED, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  expect((await observe({ frob: 'f-1', note: 'It hums' })).status).toBe(201);
  expect((await observe({ frob: 'f-1' })).status).toBe(400);
  expect((await summary()).observations).toBe(1);
});

test('a service that is down leaves its part out, and what the others said is answered', { timeout: 60_000 }, async () => {
  const { summary, flerpsAt } = await start(createFrobs(), createFlerps());
  await flerpsAt.stop();
  const partial = await summary();
  expect(partial).toMatchObject({ frobs: 3, flerps: null, frobsWithoutFlerps: null, observations: 0 });
  expect(states(partial)).toEqual({ frobs: 'ok', flerps: 'failed', observations: 'ok' });
});

test('a service that does not answer is not waited for longer than the timeout', { timeout: 60_000 }, async () => {
  const { summary } = await start(hanging, createFlerps());
  const partial = await summary();
  expect(partial).toMatchObject({ frobs: null, flerps: 16 });
  expect(partial.sources[0]).toEqual({ name: 'frobs', state: 'failed', error: 'no answer within 300 ms' });
});

test('what a service said before is used on when it fails, and told to be old', { timeout: 60_000 }, async () => {
  const { summary, flerpsAt } = await start(createFrobs(), createFlerps(), { maxAge: 0 });
  await summary();
  await flerpsAt.stop();
  await expect.poll(async () => (await summary()).sources[1]).toMatchObject({ state: 'stale', error: 'cannot be reached' });
  expect(await summary()).toMatchObject({ flerps: 16, frobsWithoutFlerps: 1 });
});

test('a slow source is read once at a time, and only the first wait for it', async () => {
  let nowMs = 0;
  let loads = 0;
  let answer = (_value: number) => {};
  const load = () => {
    loads++;
    return new Promise<number>((resolve) => {
      answer = resolve;
    });
  };
  const source = new CachedSource({ load, timeoutMs: 10_000, maxAgeMs: 10, staleForMs: 100, nowMs: () => nowMs });
  const first = [source.read(), source.read()];
  answer(1);
  expect((await Promise.all(first)).map(({ value, state }) => [value, state])).toEqual([
    [1, 'ok'],
    [1, 'ok'],
  ]);
  nowMs = 11;
  expect([await source.read(), await source.read()]).toMatchObject([
    { value: 1, state: 'stale' },
    { value: 1, state: 'stale' },
  ]);
  expect(loads).toBe(2);
  answer(2);
  await expect.poll(() => source.read()).toMatchObject({ value: 2, state: 'ok' });
  nowMs = 1_000;
  const last = source.read();
  answer(3);
  expect(await last).toMatchObject({ value: 3, state: 'ok' });
});

test('the configuration of the examples is valid', async () => {
  const problems = await checkConfiguration([fileURLToPath(new URL('../gatehouse.yaml', import.meta.url))]);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
});

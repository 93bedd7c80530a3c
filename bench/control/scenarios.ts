import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres } from '@gatehouse/database/testing';
import type { ScenarioResult } from '../gateway/scenarios/scenario.ts';
import { measureProcessTree } from '../process/process-tree.ts';
import { measureCalls, TIMES_COLUMNS, type Times, toRow } from './measure.ts';
import { call, type RunningProcess, startControlPlane, startNode } from './processes.ts';
import { dataDirOf, definitionOf, seedApis, seedApps } from './seed.ts';

export interface ControlBench {
  root: string;
  /** Of 1,000 APIs, 5,000 APIs, 100,000 apps: a tenth makes a run quick. */
  share: number;
  cores: string;
  say(line: string): void;
}

/** Publish on an embedded node: from the call to the answer that says that the node serves it. */
export async function publish(bench: ControlBench): Promise<ScenarioResult> {
  const apis = Math.round(1_000 * bench.share);
  const control = await startControlPlane({ directory: join(bench.root, 'all'), role: 'all', cores: bench.cores });
  await seedApis(control.url, apis, apis, bench.say);
  const times = await measurePublishing(control, apis);
  await control.child.stop();
  return toResult(
    `Publishing with ${apis} published APIs, embedded node, SQLite`,
    times,
    100,
    times.find(({ name }) => name === PUBLISH),
  );
}

/** Publish on three remote nodes, PostgreSQL. */
export async function publishRemote(bench: ControlBench): Promise<ScenarioResult> {
  const apis = Math.round(1_000 * bench.share);
  const postgres = await startPostgres();
  const processes: RunningProcess[] = [];
  try {
    const options = { directory: join(bench.root, 'control'), role: 'control' as const, database: postgres.url, cores: bench.cores };
    const control = await startControlPlane(options);
    processes.push(control);
    const { token } = await call<{ token: string }>(control.url, 'POST', '/tokens', { name: 'nodes', role: 'node' });
    for (let i = 0; i < 3; i++) processes.push(await startNode(join(bench.root, `node-${i}`), control.url, token, bench.cores));
    await seedApis(control.url, apis, apis, bench.say);
    const times = await measurePublishing(control, apis);
    const publishing = times.find(({ name }) => name === PUBLISH);
    return toResult(`Publishing with ${apis} published APIs, three remote nodes, PostgreSQL`, times, 500, publishing);
  } finally {
    for (const { child } of processes.reverse()) await child.stop();
    await postgres.remove();
  }
}

const PUBLISH = 'publish a changed draft, until every node serves it';

async function measurePublishing({ url }: RunningProcess, apis: number): Promise<Times[]> {
  const calls = 200;
  const name = (i: number) => `api-${(i * 31) % apis}`;
  const saved: Times = await measureCalls('save a draft of 20 operations', calls, (i) =>
    call(url, 'PUT', `/apis/${name(i)}`, { definition: definitionOf(name(i), 1), backend: `backend-${i % 10}`, auth: 'app' }),
  );
  const published = await measureCalls(PUBLISH, calls, async (i) => {
    const answer = await call<{ nodes: { state: string }[] }>(url, 'POST', `/apis/${name(i)}/publications`, { environment: 'production' });
    if (answer.nodes.length === 0 || answer.nodes.some(({ state }) => state !== 'applied')) throw new Error(JSON.stringify(answer));
  });
  const moved = await measureCalls('change the URL of a backend with a tenth of the APIs', 50, (i) =>
    call(url, 'PUT', `/backends/backend-${i % 10}/environments/production?confirm=true`, { url: `http://127.0.0.1:${9_100 + i}` }),
  );
  return [saved, published, moved];
}

/** Management reads with many APIs and apps, and what the credentials cost a node in memory. */
export async function reads(bench: ControlBench): Promise<ScenarioResult> {
  const apis = Math.round(5_000 * bench.share);
  const apps = Math.round(100_000 * bench.share);
  const directory = join(bench.root, 'reads');
  const options = { directory, role: 'control' as const, cores: bench.cores };
  let control = await startControlPlane(options);
  await seedApis(control.url, apis, Math.min(apis, 100), bench.say);
  const { token } = await call<{ token: string }>(control.url, 'POST', '/tokens', { name: 'nodes', role: 'node' });
  let node = await startNode(join(bench.root, 'node-empty'), control.url, token, bench.cores);
  const emptyBytes = await settledRss(node);
  await node.child.stop();
  await control.child.stop();
  bench.say(`writing ${apps} apps`);
  await seedApps({ database: 'sqlite', dataDir: dataDirOf(directory) }, apps, apis);
  control = await startControlPlane(options);
  const { url } = control;
  const started = performance.now();
  node = await startNode(join(bench.root, 'node-full'), url, token, bench.cores);
  const readyMs = performance.now() - started;
  const fullBytes = await settledRss(node);
  await node.child.stop();
  const pick = (i: number, count: number) => (i * 7_919) % count;
  const calls = 500;
  const times = [
    await measureCalls('GET /apis?limit=50', calls, () => call(url, 'GET', '/apis?limit=50')),
    await measureCalls('GET /apis?owner=', calls, (i) => call(url, 'GET', `/apis?owner=team-${i % 50}`)),
    await measureCalls('GET /apis?search=', calls, (i) => call(url, 'GET', `/apis?search=api-${pick(i, apis)}`)),
    await measureCalls('GET /apis/{name}', calls, (i) => call(url, 'GET', `/apis/api-${pick(i, apis)}`)),
    await measureCalls('GET /backends/{name}', calls, (i) => call(url, 'GET', `/backends/backend-${i % 10}`)),
    await measureCalls('GET /apps?limit=50', calls, () => call(url, 'GET', '/apps?limit=50')),
    await measureCalls('GET /apps?search=', calls, (i) => call(url, 'GET', `/apps?search=app-${pick(i, apps)}`)),
    await measureCalls('GET /apps/{name}', calls, (i) => call(url, 'GET', `/apps/app-${pick(i, apps)}`)),
    await measureCalls('GET /apps/{name}/authorizations', calls, (i) => call(url, 'GET', `/apps/app-${pick(i, apps)}/authorizations`)),
    await measureCalls('GET /apis/{name}/authorizations', calls, (i) => call(url, 'GET', `/apis/api-${pick(i, apis)}/authorizations`)),
    await measureCalls('GET /audit', calls, () => call(url, 'GET', '/audit')),
  ];
  await control.child.stop();
  const slowest = times.toSorted((a, b) => b.p99 - a.p99)[0];
  const result = toResult(`Reads with ${apis} APIs and ${apps} apps, SQLite`, times, 20, slowest);
  const extraMiB = (fullBytes - emptyBytes) / 1024 ** 2;
  result.goals.push({
    text: `${apps} apps with two authorizations each take a node at most 150 MiB`,
    figure: `${extraMiB.toFixed(0)} MiB (${(emptyBytes / 1024 ** 2).toFixed(0)} to ${(fullBytes / 1024 ** 2).toFixed(0)}), ready after ${Math.round(readyMs)} ms`,
    reached: extraMiB <= 150,
  });
  rmSync(directory, { recursive: true, force: true });
  return result;
}

async function settledRss({ child }: RunningProcess): Promise<number> {
  await sleep(15_000);
  return measureProcessTree(child.pid).rssBytes;
}

function toResult(title: string, times: readonly Times[], p99MaxMs: number, judged: Times | undefined): ScenarioResult {
  return {
    tables: [{ title, columns: TIMES_COLUMNS, rows: times.map(toRow) }],
    goals:
      judged === undefined
        ? []
        : [{ text: `${judged.name}: p99 under ${p99MaxMs} ms`, figure: `${judged.p99.toFixed(1)} ms`, reached: judged.p99 < p99MaxMs }],
    notes: [],
    data: times,
  };
}

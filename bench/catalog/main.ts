import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { killAll, runChild, startChild } from '../process/children.ts';
import { findFreePort } from '../process/ports.ts';
import { measureProcessTree } from '../process/process-tree.ts';
import { formatCount, formatMegabytes, formatMicros } from '../report/format.ts';
import { describeMachine, type Goal, type Report, type Table, toMarkdown, writeReport } from '../report/report.ts';
import { UsageError } from '../usage-error.ts';
import { measureLatencies, measureThroughput } from './load.ts';
import { SCENARIOS } from './scenarios.ts';

const HELP = `Usage: npm run bench -- catalog [options]

  --entities LIST      sizes (default: 10000,100000)
  --database URL       sqlite, or postgresql://… of an empty database (default: sqlite)
  --requests N         of each latency measurement (default: 500)
  --seconds N          of the throughput measurement (default: 5)
  --server-core LIST   core of the catalog (default: 0)
  --load-core LIST     core of the filling (default: 1)`;

const P99_GOAL_MICROS: Record<string, number> = { sqlite: 10_000, postgresql: 20_000 };
const RATE_GOAL = 2_000;
const RATE_GOAL_ENTITIES = 10_000;
const RSS_GOAL_BYTES = 300_000_000;

interface Options {
  sizes: number[];
  url: string;
  requests: number;
  seconds: number;
  serverCores: string;
  loadCores: string;
}

interface Filled {
  relations: number;
  writtenMs: number;
  unchangedMs: number;
  oneChangedMs: number;
}

/** Fills a catalog, asks it, and reports. Returns the exit code: 1 when requests failed. */
export async function runCatalogBench(args: string[]): Promise<number> {
  const options = parseOptions(args);
  if (options === undefined) {
    console.log(HELP);
    return 0;
  }
  const goals: Goal[] = [];
  const tables: Table[] = [];
  const notes: string[] = [];
  process.once('exit', killAll);
  for (const size of options.sizes) tables.push(...(await measureSize(size, options, goals, notes)));
  const report: Report = {
    title: 'Catalog',
    at: new Date().toISOString(),
    machine: describeMachine(),
    settings: { ...options, url: options.url === 'sqlite' ? 'sqlite' : 'postgresql' },
    tables,
    goals,
    notes,
    data: tables,
  };
  const base = fileURLToPath(new URL('../results/latest-catalog', import.meta.url));
  writeReport(report, { json: `${base}.json`, out: `${base}.md` });
  console.log(toMarkdown(report));
  return notes.some((note) => note.startsWith('FAILED')) ? 1 : 0;
}

async function measureSize(size: number, options: Options, goals: Goal[], notes: string[]): Promise<Table[]> {
  const root = mkdtempSync(join(tmpdir(), 'gatehouse-bench-catalog-'));
  const label = `${formatCount(size)} entities`;
  const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  try {
    console.error(`${label}: filling`);
    const fill = { command: process.execPath, args: ['--max-old-space-size=8192', script('fill.ts'), options.url, root, String(size)] };
    const filled = JSON.parse(await runChild('fill', fill, options.loadCores, 600_000)) as Filled;
    const port = await findFreePort();
    const serve = { command: process.execPath, args: ['--max-semi-space-size=8', script('serve.ts'), options.url, root, String(port)] };
    const server = startChild('serve', serve, options.serverCores, join(root, 'serve.log'));
    const { loadedMs } = await untilServed(
      port,
      () => server.ended(),
      () => server.tail(),
    );
    const idleRss = measureProcessTree(server.pid).rssBytes;
    const rows: string[][] = [];
    for (const { name, request, isGoal } of SCENARIOS) {
      console.error(`${label}: ${name}`);
      const { p50, p99, failed } = await measureLatencies(port, (number) => request(number, size), options.requests);
      rows.push([name, formatMicros(p50), formatMicros(p99)]);
      if (failed > 0) notes.push(`FAILED: ${failed} requests of ${name} at ${label}`);
      const limit = P99_GOAL_MICROS[options.url === 'sqlite' ? 'sqlite' : 'postgresql'] ?? 0;
      if (isGoal)
        goals.push({ text: `p99 of ${name} at ${label} below ${formatMicros(limit)}`, figure: formatMicros(p99), reached: p99 < limit });
    }
    const rates: string[][] = [];
    for (const { name, request } of SCENARIOS.slice(0, 4)) {
      const before = measureProcessTree(server.pid).cpuMicros;
      const load = { connections: 16, seconds: options.seconds };
      const { requests, seconds, failed } = await measureThroughput(port, (number) => request(number, size), load);
      const perRequest = (measureProcessTree(server.pid).cpuMicros - before) / requests;
      rates.push([name, formatCount(requests / seconds), formatMicros(perRequest), formatCount(1_000_000 / perRequest)]);
      if (failed > 0) notes.push(`FAILED: ${failed} requests of ${name} at ${label}`);
      if (name === SCENARIOS[0]?.name && size === RATE_GOAL_ENTITIES) {
        const rate = 1_000_000 / perRequest;
        goals.push({
          text: `${formatCount(RATE_GOAL)} by-query requests/s on one core at ${label}`,
          figure: formatCount(rate),
          reached: rate >= RATE_GOAL,
        });
      }
    }
    const rss = measureProcessTree(server.pid).rssBytes;
    goals.push({
      text: `RSS at ${label} below ${formatMegabytes(RSS_GOAL_BYTES)}`,
      figure: formatMegabytes(rss),
      reached: rss < RSS_GOAL_BYTES,
    });
    await server.stop();
    const writing: string[][] = [
      [`written (${formatCount(filled.relations)} relations)`, formatMicros(filled.writtenMs * 1_000)],
      ['written again, unchanged', formatMicros(filled.unchangedMs * 1_000)],
      ['one entity changed', formatMicros(filled.oneChangedMs * 1_000)],
      ['read into memory at start', formatMicros(loadedMs * 1_000)],
      ['RSS after start', formatMegabytes(idleRss)],
      ['RSS after the load', formatMegabytes(rss)],
    ];
    return [
      { title: `${label}: writing, starting, memory`, columns: ['what', 'figure'], rows: writing },
      { title: `${label}: one request after the other`, columns: ['request', 'p50', 'p99'], rows },
      { title: `${label}: saturated, 16 connections`, columns: ['request', 'rps', 'CPU/request', 'rps per core'], rows: rates },
    ];
  } finally {
    killAll();
    rmSync(root, { recursive: true, force: true });
  }
}

async function untilServed(port: number, ended: () => string | undefined, tail: () => string): Promise<{ loadedMs: number }> {
  for (;;) {
    const reason = ended();
    if (reason !== undefined) throw new Error(`The catalog did not start: ${reason}\n${tail()}`);
    try {
      const response = await fetch(`http://127.0.0.1:${port}/`);
      return (await response.json()) as { loadedMs: number };
    } catch {
      // Not listening yet.
      await sleep(50);
    }
  }
}

function parseOptions(args: string[]): Options | undefined {
  const text = { type: 'string' } as const;
  const options = { entities: text, database: text, requests: text, seconds: text, 'server-core': text, 'load-core': text };
  let values: ReturnType<typeof parseArgs<{ options: typeof options & { help: { type: 'boolean' } } }>>['values'];
  try {
    values = parseArgs({ args, options: { ...options, help: { type: 'boolean' } } }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  if (values.help === true) return undefined;
  return {
    sizes: (values.entities ?? '10000,100000').split(',').map((size) => toNumber('entities', size, 1_000_000)),
    url: values.database ?? 'sqlite',
    requests: toNumber('requests', values.requests ?? '500', 1_000_000),
    seconds: toNumber('seconds', values.seconds ?? '5', 3_600),
    serverCores: values['server-core'] ?? '0',
    loadCores: values['load-core'] ?? '1',
  };
}

function toNumber(name: string, text: string, max: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > max) throw new UsageError(`--${name} is a whole number from 1 to ${max}`);
  return number;
}

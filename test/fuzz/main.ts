import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { proxyConfig } from '../support/config.ts';
import { startGateway } from '../support/gateway.ts';
import { type ListenerKind, OUR_LISTENERS } from '../support/listeners.ts';
import { startHaproxy, startNginx } from '../support/other-proxies.ts';
import { ScriptedOrigin } from '../support/scripted-origin.ts';
import { WIRES } from '../support/wires.ts';
import { show } from './compare.ts';
import { checkText, type Finding, fuzzWire } from './fuzz-wire.ts';
import { type RoundTripOptions, roundTrip, roundTripCases } from './round-trip.ts';

const USAGE = `npm run fuzz -- wire [--minutes N] [--seed S] [--listener own|node] [--skip REGEX] [--replay FILE]
npm run fuzz -- round-trip [--seed S] [--requests N]

  wire          generated and mutated HTTP/1.1, read by ours and by llhttp: nothing that llhttp refuses may pass, both read the same
  round-trip    valid requests through the gateway, nginx and HAProxy (where installed): the backend receives what was sent, once

  --minutes N   how long (1)
  --seed S      the same seed makes the same inputs (by default: a random one, which is printed)
  --listener L  which of ours (every one, one after the other)
  --skip REGEX  inputs that match are not judged: to look past a finding that is known
  --replay FILE reads the bytes of this file instead: a failing input that was kept
  --requests N  how many requests make the round trip (2000)`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string' },
    listener: { type: 'string' },
    replay: { type: 'string' },
    skip: { type: 'string' },
    requests: { type: 'string', default: '2000' },
  },
});

const PROGRESS_MS = 30_000;

interface Proxy extends RoundTripOptions {
  name: string;
  start(origin: ScriptedOrigin): Promise<{ port: number; stop(): Promise<unknown> } | undefined>;
}

/** nginx and HAProxy do not pass trailers of requests on, and refuse some methods and names that are valid. */
const PROXIES: readonly Proxy[] = [
  ...WIRES.map(
    ({ name, gateway }): Proxy => ({
      name: `gatehouse, gateway.wire: ${name}`,
      trailers: true,
      mayRefuse: false,
      start: ({ url }) => startGateway({ config: proxyConfig(url, { gateway }) }),
    }),
  ),
  { name: 'nginx', trailers: false, mayRefuse: true, start: ({ port }) => startNginx(port) },
  { name: 'HAProxy', trailers: false, mayRefuse: true, start: ({ port }) => startHaproxy(port) },
];

/** 0: no finding; 1: findings; 2: wrong usage. */
async function main(): Promise<number> {
  const minutes = Number(values.minutes);
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(values.seed);
  const kinds = OUR_LISTENERS.filter(({ name }) => values.listener === undefined || name === values.listener);
  const requests = Number(values.requests);
  if (positionals[0] === 'round-trip' && Number.isInteger(seed) && requests > 0) return (await roundTrips(seed, requests)) ? 0 : 1;
  if (positionals[0] !== 'wire' || !(minutes > 0) || !Number.isInteger(seed) || kinds.length === 0) {
    console.error(USAGE);
    return 2;
  }
  let exit = 0;
  for (const kind of kinds) {
    const isClean = values.replay === undefined ? await fuzz(kind, seed, minutes) : await replay(kind, values.replay);
    if (!isClean) exit = 1;
  }
  return exit;
}

async function fuzz(kind: ListenerKind, seed: number, minutes: number): Promise<boolean> {
  console.log(`${kind.name}: ${minutes} minutes with --seed ${seed}`);
  let nextMs = performance.now() + PROGRESS_MS;
  const report = await fuzzWire({
    kind,
    seed,
    durationMs: minutes * 60_000,
    findingsMax: 20,
    skip: skipped(),
    onProgress({ messages, findings }) {
      if (performance.now() < nextMs) return;
      nextMs += PROGRESS_MS;
      console.log(`${kind.name}: ${messages} messages, ${findings.length} findings`);
    },
  });
  const { messages, bothAccepted, onlyReferenceAccepted, bothRefused, findings } = report;
  console.log(
    `${kind.name}: ${messages} messages; connections accepted by both: ${bothAccepted}, by llhttp only: ${onlyReferenceAccepted}, refused by both: ${bothRefused}; ${findings.length} findings`,
  );
  const directory = join(tmpdir(), `gatehouse-fuzz-${kind.name}-${seed}`);
  for (const [i, finding] of findings.entries()) await keep(directory, i, finding);
  return findings.length === 0;
}

/** Ends with 2 when the expression of --skip is none. */
function skipped(): RegExp | undefined {
  if (values.skip === undefined) return undefined;
  try {
    return new RegExp(values.skip);
  } catch (error) {
    console.error(`--skip: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(2);
  }
}

async function keep(directory: string, number: number, { kind, detail, text }: Finding): Promise<void> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, `${number}.http`);
  await writeFile(file, Buffer.from(text, 'latin1'));
  console.log(`\n${kind}: ${detail}\n  ${show(text)}\n  npm run fuzz -- wire --replay ${file}`);
}

async function replay(kind: ListenerKind, file: string): Promise<boolean> {
  const difference = await checkText(kind, (await readFile(file)).toString('latin1'));
  console.log(`${kind.name}: ${difference === undefined ? 'nothing is wrong' : `${difference.kind}: ${difference.detail}`}`);
  return difference === undefined;
}

/** Each proxy in turn, in front of a backend of its own. */
async function roundTrips(seed: number, count: number): Promise<boolean> {
  const cases = roundTripCases(seed, count);
  console.log(`${cases.length} requests with --seed ${seed}`);
  let isClean = true;
  for (const proxy of PROXIES) {
    const origin = await ScriptedOrigin.start();
    const running = await proxy.start(origin);
    if (running === undefined) {
      console.log(`${proxy.name}: not installed, left out`);
    } else {
      const { received, differences } = await roundTrip(running.port, origin, cases, proxy);
      await running.stop();
      console.log(`${proxy.name}: ${received} requests came to the backend, ${differences.length} differences`);
      for (const difference of differences.slice(0, 10)) console.log(difference);
      if (differences.length > 0) isClean = false;
    }
    await origin.stop();
  }
  return isClean;
}

process.exitCode = await main();

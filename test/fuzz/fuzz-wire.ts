import { JUDGE, type ListenerKind } from '../support/listeners.ts';
import { MemoryServer, type Reading } from '../support/memory-server.ts';
import { checkAnswers, comparePieces, compareReadings, compareWithExpected, type Difference } from './compare.ts';
import { type ExpectedMessage, generateMessages } from './message-generator.ts';
import { mutate } from './mutate.ts';
import { createRandom, type Random } from './prng.ts';
import { seedCorpus } from './seed-corpus.ts';
import { shrink } from './shrink.ts';

export interface FuzzOptions {
  kind: ListenerKind;
  seed: number;
  /** Milliseconds after which it ends, with the batch that is under way. */
  durationMs: number;
  /** It ends earlier when so many different findings were made. */
  findingsMax: number;
  /** Inputs that match are not judged: to look past a finding that is known. */
  skip?: RegExp | undefined;
  onProgress?(report: FuzzReport): void;
}

export interface Finding extends Difference {
  /** Latin-1 text, made as small as it gets. */
  text: string;
}

export interface FuzzReport {
  kind: string;
  seed: number;
  messages: number;
  /** Connections on which both accepted everything, on which only the reference did, on which neither did. */
  bothAccepted: number;
  onlyReferenceAccepted: number;
  bothRefused: number;
  findings: Finding[];
}

interface Case {
  text: string;
  /** Of a valid one. */
  expected: ExpectedMessage[] | null;
}

const BATCH = 64;
const POOL_MAX = 2_000;
/** The reference is given more room than ours: it is asked what is valid, not what is too large. */
const REFERENCE_OPTIONS = { headerBytes: 256 * 1024 };

/** Feeds generated and mutated connections to ours and to llhttp, and collects where they disagree. */
export async function fuzzWire(options: FuzzOptions): Promise<FuzzReport> {
  const random = createRandom(options.seed);
  const servers = await startServers(options.kind);
  const report: FuzzReport = {
    kind: options.kind.name,
    seed: options.seed,
    messages: 0,
    bothAccepted: 0,
    onlyReferenceAccepted: 0,
    bothRefused: 0,
    findings: [],
  };
  const seeds = seedCorpus();
  const pool: string[] = [];
  const signatures = new Set<string>();
  const endMs = performance.now() + options.durationMs;
  try {
    while (performance.now() < endMs && report.findings.length < options.findingsMax) {
      const cases = Array.from({ length: BATCH }, () => nextCase(random, seeds, pool));
      const texts = cases.map(({ text }) => text);
      const readings = await readAll(servers, texts, random);
      for (const [i, { ours, cut, reference }] of readings.entries()) {
        const { text, expected } = cases[i] as Case;
        const difference =
          options.skip?.test(text) === true || isKnown(options.kind, text) ? undefined : judge({ ours, cut, reference }, expected);
        if (difference !== undefined) await note(report, servers, difference, text, expected === null);
        count(report, ours, reference);
        // Small feedback in place of coverage: what was read in a new way is worth changing further.
        const signature = signatureOf(ours, reference);
        if (signatures.has(signature)) continue;
        signatures.add(signature);
        if (pool.length < POOL_MAX) pool.push(text);
        else pool[random.int(POOL_MAX)] = text;
      }
      options.onProgress?.(report);
    }
  } finally {
    await Promise.all([servers.ours.stop(), servers.reference.stop()]);
  }
  return report;
}

/** Reads one text as the fuzzer does: what is wrong, or undefined. */
export async function checkText(kind: ListenerKind, text: string): Promise<Difference | undefined> {
  const servers = await startServers(kind);
  try {
    return await recheck(servers, text);
  } finally {
    await Promise.all([servers.ours.stop(), servers.reference.stop()]);
  }
}

interface Servers {
  ours: MemoryServer;
  reference: MemoryServer;
}

interface Readings {
  ours: Reading;
  cut: Reading;
  reference: Reading;
}

async function startServers(kind: ListenerKind): Promise<Servers> {
  return { ours: await MemoryServer.start(kind), reference: await MemoryServer.start(JUDGE, REFERENCE_OPTIONS) };
}

function nextCase(random: Random, seeds: readonly string[], pool: readonly string[]): Case {
  const material = () =>
    pool.length > 0 && random.chance(0.5) ? random.pick(pool) : random.chance(0.5) ? random.pick(seeds) : generateMessages(random).text;
  if (random.chance(0.15)) {
    const { text, expected } = generateMessages(random);
    return { text, expected };
  }
  return { text: mutate(random, material(), material), expected: null };
}

async function readAll(servers: Servers, texts: readonly string[], random: Random): Promise<Readings[]> {
  const buffers = texts.map((text) => Buffer.from(text, 'latin1'));
  const whole = await servers.ours.read(buffers.map((buffer) => [buffer]));
  const cut = await servers.ours.read(
    buffers.map((buffer) => cutUp(buffer, random)),
    { late: true },
  );
  const reference = await servers.reference.read(buffers.map(forReference));
  return whole.map((ours, i) => ({ ours, cut: cut[i] as Reading, reference: reference[i] as Reading }));
}

/** node:http loses what came in one piece with a request whose Upgrade it ignores: then it is given byte by byte. */
function forReference(buffer: Buffer): Buffer[] {
  return /upgrade/i.test(buffer.toString('latin1')) ? [...buffer].map((byte) => Buffer.of(byte)) : [buffer];
}

/**
 * What is known and explained in docs/wire.md, so that it does not hide what is not. Of node:http only: behind an Upgrade that is
 * ignored bytes are lost, and behind an Expect that needed no answer the connection is closed with requests handed over.
 */
function isKnown(kind: ListenerKind, text: string): boolean {
  return kind.name === 'node' && /upgrade|expect/i.test(text);
}

/** Up to eight pieces; short texts now and then byte by byte. */
function cutUp(buffer: Buffer, random: Random): Buffer[] {
  if (buffer.length < 200 && random.chance(0.1)) return [...buffer].map((byte) => Buffer.of(byte));
  const cuts = Array.from({ length: 1 + random.int(7) }, () => random.int(buffer.length + 1)).sort((a, b) => a - b);
  return [0, ...cuts].map((start, i) => buffer.subarray(start, cuts[i] ?? buffer.length));
}

function judge({ ours, cut, reference }: Readings, expected: readonly ExpectedMessage[] | null): Difference | undefined {
  return (
    compareReadings(ours, reference) ??
    checkAnswers(ours) ??
    compareReadings(cut, reference) ??
    checkAnswers(cut) ??
    comparePieces(ours, cut) ??
    (expected === null ? undefined : compareWithExpected(ours, expected))
  );
}

/** Judges a text alone: in one piece, and byte by byte, which is every cut at once. */
async function recheck(servers: Servers, text: string): Promise<Difference | undefined> {
  const buffer = Buffer.from(text, 'latin1');
  const [ours] = await servers.ours.read([[buffer]]);
  const [cut] = await servers.ours.read([[...buffer].map((byte) => Buffer.of(byte))], { late: true });
  const [reference] = await servers.reference.read([forReference(buffer)]);
  return ours === undefined || cut === undefined || reference === undefined ? undefined : judge({ ours, cut, reference }, null);
}

async function note(report: FuzzReport, servers: Servers, difference: Difference, text: string, mayShrink: boolean): Promise<void> {
  const { kind } = difference;
  if (report.findings.some((finding) => finding.kind === kind)) return;
  const small = mayShrink ? await shrink(text, async (candidate) => (await recheck(servers, candidate))?.kind === kind) : text;
  report.findings.push({ kind, detail: (await recheck(servers, small))?.detail ?? difference.detail, text: small });
}

function count(report: FuzzReport, ours: Reading, reference: Reading): void {
  report.messages += Math.max(1, reference.requests.length);
  const [mine, theirs] = [isRefused(ours), isRefused(reference)];
  if (!mine) report.bothAccepted++;
  else if (theirs) report.bothRefused++;
  else report.onlyReferenceAccepted++;
}

function isRefused({ requests, answers }: Reading): boolean {
  return requests.length === 0 || requests.some(({ state }) => state !== 'complete') || answers.includes('HTTP/1.1 4');
}

function signatureOf(ours: Reading, reference: Reading): string {
  const of = ({ requests, answers }: Reading) =>
    `${requests.map(({ method, state, body, trailers, fields }) => `${method}${state}${Math.min(body.length, 3)}${trailers.length}${Math.min(fields.length, 4)}`)} ${answers.toString('latin1').match(/HTTP\/1\.1 \d{3}|[A-Z][a-z -]{10,80}/g)}`;
  return `${of(ours)} | ${of(reference)}`;
}

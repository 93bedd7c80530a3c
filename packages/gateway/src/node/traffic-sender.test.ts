import type { NodeTransport, TrafficReport } from '@gatehouse/contract';
import { expect, test } from 'vitest';
import type { TakenTraffic } from '../telemetry/traffic-recorder.ts';
import { NotUnderstood, TooLarge } from './doubt.ts';
import { TrafficSender } from './traffic-sender.ts';

/** A sender over traffic that the test puts in, and a control plane that answers as the test says. */
function createSender() {
  const waiting: TakenTraffic[] = [];
  const reports: TrafficReport[] = [];
  const answers: (Error | undefined)[] = [];
  const lines: string[] = [];
  const transport: NodeTransport = {
    open: () => {
      throw new Error('No stream here');
    },
    async report(_id, [report]) {
      if (report?.type === 'traffic') reports.push(report.report);
      const answer = answers.shift();
      if (answer !== undefined) throw answer;
    },
  };
  const note = (_fields: object, message: string) => void lines.push(message);
  const sender = new TrafficSender({
    transport,
    nodeId: 'node-1',
    bootId: 'boot-1',
    source: { collect: async () => undefined, take: () => waiting.shift() ?? null, waitingRequests: () => waiting.length },
    log: { info: note, warn: note, error: note },
    everyMs: 60_000,
    isConnected: () => true,
  });
  return { sender, waiting, reports, answers, lines };
}

const piece = (lost: number): TakenTraffic => ({ series: [], calls: [], lost });
const sent = (reports: readonly TrafficReport[]) => reports.map(({ sequence, lost }) => [sequence, lost]);

test('a report that was not taken goes again under its number before anything else', async () => {
  const { sender, waiting, reports, answers } = createSender();
  waiting.push(piece(1), piece(2));
  answers.push(new Error('no database'));
  await sender.sendRest();
  expect(sent(reports)).toEqual([[1, 1]]);
  await sender.sendRest();
  expect(sent(reports)).toEqual([
    [1, 1],
    [1, 1],
    [2, 2],
  ]);
});

test('a report that the control plane cannot read does not hold up those behind it', async () => {
  const { sender, waiting, reports, answers, lines } = createSender();
  waiting.push(piece(1), piece(2));
  answers.push(new NotUnderstood('400'));
  await sender.sendRest();
  expect(sent(reports)).toEqual([
    [1, 1],
    [2, 2],
  ]);
  expect(lines).toEqual([expect.stringContaining('cannot read')]);
});

test('two that send at the same time send each report once', async () => {
  const { sender, waiting, reports } = createSender();
  waiting.push(piece(1), piece(2));
  await Promise.all([sender.sendRest(), sender.sendRest()]);
  expect(sent(reports)).toEqual([
    [1, 1],
    [2, 2],
  ]);
});

test('what is too large for one report goes in pieces, with names that are not longer than the control plane stores', async () => {
  const { sender, waiting, reports, answers } = createSender();
  const zeros = new Array<number>(14).fill(0);
  const figures = {
    minute: 0,
    clientErrors: 0,
    serverErrors: 0,
    durations: zeros,
    durationMs: 0,
    backendDurations: zeros,
    backendDurationMs: 0,
  };
  const of = (operation: string) => ({
    api: 'a',
    environment: 'test',
    operation,
    requests: 1,
    errors: [] as [string, number][],
    ...figures,
  });
  const call = { app: 'x', proven: true, at: 0, requestId: 'r', api: 'a', environment: 'test', status: 500, ms: 1, code: null };
  const long = (index: number) => `GET /${index}/${'\u754c'.repeat(2_000)}`;
  waiting.push({
    series: [of('GET /x'), of(`GET /${'x'.repeat(60_000)}`), ...Array.from({ length: 498 }, (_, index) => of(long(index)))],
    calls: Array.from({ length: 400 }, (_, index) => ({ ...call, operation: long(index) })),
    lost: 3,
  });
  // Something on the way takes less still.
  answers.push(undefined, new TooLarge('413'));
  await sender.sendRest();
  expect(Math.max(...reports.map((report) => Buffer.byteLength(JSON.stringify(report))))).toBeLessThan(2.1 * 1024 * 1024);
  const taken = reports.filter((_, index) => index !== 1);
  expect(taken.flatMap(({ series }) => series).length).toBe(500);
  expect(taken.flatMap(({ calls }) => calls).length).toBe(400);
  expect(taken.reduce((sum, { lost }) => sum + lost, 0)).toBe(3);
  expect(taken.flatMap(({ series }) => series)[1]?.operation).toBe('other operations');
  expect(reports.map(({ sequence }) => sequence)).toEqual(reports.map((_, index) => index + 1));
});

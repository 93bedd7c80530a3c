import type { NodeTransport, TrafficReport } from '@gatehouse/contract';
import { expect, test } from 'vitest';
import type { TakenTraffic } from '../telemetry/traffic-recorder.ts';
import { NotUnderstood } from './doubt.ts';
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

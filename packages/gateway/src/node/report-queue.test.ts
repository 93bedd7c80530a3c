import type { DebugResult, NodeReport, NodeTransport } from '@gatehouse/contract';
import { expect, test } from 'vitest';
import { ReportQueue } from './report-queue.ts';

/** Takes reports; the first request is held until the test lets it go. */
class HoldingTransport implements NodeTransport {
  readonly requests: NodeReport[][] = [];
  readonly first = Promise.withResolvers<void>();

  // biome-ignore lint/correctness/useYield: no stream is needed here
  async *open(): AsyncGenerator<never> {
    throw new Error('No stream');
  }

  async report(_nodeId: string, reports: NodeReport[]): Promise<void> {
    this.requests.push(reports);
    if (this.requests.length === 1) await this.first.promise;
  }
}

const result = { response: {}, trace: [], backendRequest: null } as unknown as DebugResult;

test('results of debug calls go one by one, and hold up no other report', async () => {
  const transport = new HoldingTransport();
  const queue = new ReportQueue(transport, 'node-1', (reason) => expect.unreachable(reason));
  queue.send({ type: 'credentials', cursor: 1 });
  queue.send({ type: 'debugged', id: 'a', result });
  queue.send({ type: 'debugged', id: 'b', result });
  queue.send({ type: 'credentials', cursor: 2 });
  queue.send({ type: 'applied', number: 1, hash: 'h' });
  transport.first.resolve();
  await expect.poll(() => transport.requests.length).toBe(4);
  expect(transport.requests.map((reports) => reports.map((report) => ('id' in report ? report.id : report.type)))).toEqual([
    ['credentials'],
    ['credentials', 'applied'],
    ['a'],
    ['b'],
  ]);
});

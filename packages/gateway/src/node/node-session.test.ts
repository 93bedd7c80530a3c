import type { DebugCall, NodeMessage, NodeReport, NodeTransport } from '@gatehouse/contract';
import { expect, test } from 'vitest';
import { NodeSession } from './node-session.ts';
import type { NodeGatewayPort } from './ports.ts';
import { SnapshotAssembler } from './snapshot-assembler.ts';

const call: DebugCall = { api: 'pets', environment: 'test', app: null, request: { method: 'POST', path: '/' } };
const result = {
  response: { status: 200, headers: {}, body: '', bodyEncoding: 'utf8' as const, truncated: false },
  trace: [],
  backendRequest: null,
};

test('a debug call that nobody waits for any more is not run; one that is has less time than who waits', async () => {
  const stop = new AbortController();
  const reports: NodeReport[] = [];
  const transport: NodeTransport = {
    async *open(): AsyncGenerator<NodeMessage> {
      yield { type: 'welcome', protocol: 1, heartbeatMs: 60_000, codeKey: '' };
      yield { type: 'debug', id: 'late', call, untilMs: Date.now() - 5_000 };
      yield { type: 'debug', id: 'in-time', call, untilMs: Date.now() + 20_000 };
    },
    async report(_nodeId, more) {
      reports.push(...more);
    },
  };
  const run: DebugCall[] = [];
  const gateway = {
    async debug(asked: DebugCall) {
      run.push(asked);
      return result;
    },
  } as unknown as NodeGatewayPort;
  const session = new NodeSession({
    id: 'node-1',
    transport,
    store: null,
    gateway,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    state: {
      live: null,
      liveSince: null,
      rejected: null,
      credentials: null,
      confirmedAtMs: null,
      connected: false,
      assembler: new SnapshotAssembler(),
    },
    onWelcome: () => undefined,
    onApplied: () => undefined,
    onVerified: () => undefined,
    onBroken: () => undefined,
  });
  const hello = { protocol: 1, id: 'node-1', bootId: 'b', name: 'n', address: '', version: '', snapshot: null, credentials: null } as const;
  await session.run({ ...hello, revisions: [] }, stop.signal);
  expect(reports[0]).toMatchObject({ type: 'debug-failed', id: 'late', message: expect.stringContaining('too late') });
  expect(run).toMatchObject([call]);
  expect(run[0]?.timeoutMs).toBeLessThanOrEqual(18_000);
});

import { expect } from 'vitest';
import type { ListenerName } from '../../support/listeners.ts';
import { expectFields } from '../../support/matchers.ts';
import { head } from '../../support/origin-script.ts';
import { NoAnswerError, type RawClient, withClient } from '../../support/raw-client.ts';
import type { RecordingHandler, SeenRequest } from '../../support/recording-handler.ts';
import type { Accepted, Outcome, WireRecord } from './wire-record.ts';

export interface WireRun {
  kind: ListenerName;
  port: number;
  handler: RecordingHandler;
  byteByByte: boolean;
}

const NEXT_TARGET = '/next-on-the-same-connection';
const NEXT = head(`GET ${NEXT_TARGET} HTTP/1.1`, 'Host: gw.example');

/** Sends the bytes of a record on a connection of its own and holds what comes of them against it. Throws what does not fit. */
export async function runWireRecord(record: WireRecord, { kind, port, handler, byteByByte }: WireRun): Promise<void> {
  const difference = record.differs?.[kind];
  const expected = difference === undefined || (difference.inOnePieceOnly === true && byteByByte) ? record : difference;
  const requests: SeenRequest[] = [];
  handler.requests = requests;
  handler.refusals = [];
  await withClient(port, async (client) => {
    const sending = byteByByte ? client.sendByteByByte(record.send) : Promise.resolve(client.send(record.send));
    if (record.afterContinue !== undefined) {
      expect((await client.message()).status).toBe(100);
      client.send(record.afterContinue);
    }
    if (record.halfClose) {
      await sending;
      client.end();
    }
    for (const outcome of expected.expect) await expectAnswer(client, outcome);
    await sending;
    const last = expected.expect.at(-1);
    const isKept = last?.kind === 'accepted' ? expected.closes !== true : last?.kind === 'refused' && last.kept === true;
    if (isKept) {
      client.send(NEXT);
      expect((await client.response()).status, 'the next request on the connection').toBe(200);
    } else {
      await client.closed();
    }
    expect(client.unread.toString('latin1'), 'bytes behind the last answer').toBe('');
  });
  const seen = requests.filter(({ target }) => target !== NEXT_TARGET);
  expectSeen(seen, expected.expect);
  await expect.poll(() => requests.map(({ ended }) => ended), { interval: 5 }).toEqual(requests.map(() => 1));
  expect(handler.failures.splice(0)).toEqual([]);
}

async function expectAnswer(client: RawClient, outcome: Outcome): Promise<void> {
  if (outcome.kind === 'accepted') {
    if (outcome.unanswered === true) return;
    const { status, fields, body } = outcome.answer ?? { status: 200 };
    const response = await client.response({ method: outcome.method });
    expect(response.status, response.text).toBe(status);
    expect(response.complete).toBe(true);
    expectFields(response.fields, fields ?? {}, 'the answer');
    expect(response.text).toBe(body ?? `${outcome.method} ${outcome.target}`.slice(0, 200));
    return;
  }
  const statuses = [outcome.status].flat();
  try {
    const response = await client.response();
    expect(statuses, response.text).toContain(response.status);
    if (outcome.kind === 'broken' || outcome.kept !== true) expect(response.header('connection')?.toLowerCase()).toBe('close');
  } catch (error) {
    // Closed without a word; any other status list demands an answer.
    if (!(error instanceof NoAnswerError) || !statuses.includes(0) || client.closedHow === undefined) throw error;
  }
}

/** What was handed over is what was expected, and nothing else. */
function expectSeen(seen: readonly SeenRequest[], outcomes: readonly Outcome[]): void {
  const wanted = outcomes.filter((outcome): outcome is Accepted => outcome.kind === 'accepted');
  const whole = seen.filter(({ state }) => state === 'complete');
  expect(
    whole.map(({ method, target }) => `${method} ${target}`),
    'handed over whole',
  ).toEqual(wanted.map(({ method, target }) => `${method} ${target}`));
  const others = seen.length - whole.length;
  expect(others, 'handed over and not whole').toBeLessThanOrEqual(outcomes.at(-1)?.kind === 'broken' ? 1 : 0);
  for (const [i, accepted] of wanted.entries()) {
    const request = whole[i];
    if (request === undefined) continue;
    expect(request.body.toString('latin1')).toBe(accepted.body ?? '');
    expectFields(request.fields, accepted.fields ?? {}, 'the request');
    expectFields(request.trailers, accepted.trailers ?? {}, 'the trailers');
    if (accepted.protocol !== undefined) expect(request.protocol).toBe(accepted.protocol);
    if (accepted.upgrade !== undefined) expect(request.upgrade).toBe(accepted.upgrade);
  }
}

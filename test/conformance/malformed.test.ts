import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { proxyConfig } from '../support/config.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type RawBytes, toBuffer, withClient } from '../support/raw-client.ts';
import { ScriptedOrigin } from '../support/scripted-origin.ts';
import { malformedFields } from './malformed-fields.ts';
import { malformedFraming } from './malformed-framing.ts';
import { LIMITS, malformedLimits } from './malformed-limits.ts';
import { head, type MalformedRecord } from './malformed-record.ts';
import { malformedTargets } from './malformed-target.ts';

const SMUGGLED = head('GET /smuggled HTTP/1.1', 'Host: gw.example');
const SETTLED = '/settled';

let origin: ScriptedOrigin;
let gateway: RunningGateway;

beforeAll(async () => {
  origin = await ScriptedOrigin.start();
  gateway = await startGateway({ config: proxyConfig(origin.url, { gateway: { limits: LIMITS } }) });
});

afterAll(async () => {
  await gateway?.stop();
  await origin?.stop();
});

/** Sends it, and demands one refusal, the end of the connection, and silence at the backend. */
async function expectRefusal(record: MalformedRecord, bytes: RawBytes, byteByByte: boolean): Promise<void> {
  await settle();
  const seenBefore = origin.requests.length;
  try {
    await withClient(gateway.port, async (client) => {
      if (byteByByte) await client.sendByteByByte(bytes);
      else client.send(bytes);
      const response = await client.response();
      expect([record.status].flat(), response.text).toContain(response.status);
      expect(response.complete).toBe(true);
      expect(response.header('content-type')).toBe('application/problem+json');
      expect(response.json()).toMatchObject({ status: response.status, code: expect.stringMatching(/^request\./) });
      expect(response.header('x-request-id')).toMatch(/^[\x21-\x7e]{8,128}$/);
      expect(response.header('connection')?.toLowerCase()).toBe('close');
      await client.closed();
      expect(client.unread.toString('latin1'), 'bytes behind the refusal').toBe('');
    });
  } finally {
    await settle();
  }
  const seen = origin.requests.slice(seenBefore).filter((request) => request.target !== SETTLED);
  const unexpected = seen.filter(({ line }) => record.inBody !== true || line !== 'POST /orders HTTP/1.1');
  expect(
    unexpected.map(({ line }) => line),
    'seen by the backend',
  ).toEqual([]);
  await origin.until('broken-off requests are closed', () => seen.every(({ closed }) => closed));
  expect(
    seen.filter(({ complete }) => complete),
    'whole requests at the backend',
  ).toEqual([]);
  expect(origin.violations.splice(0)).toEqual([]);
}

/**
 * That nothing arrives cannot be waited for. So an ordinary request is sent behind: what the refused one caused has been noted by the
 * backend before that one is answered.
 */
async function settle(): Promise<void> {
  await withClient(gateway.port, async (client) => {
    client.send(head(`GET ${SETTLED} HTTP/1.1`, 'Host: gw.example'));
    expect((await client.response()).status).toBe(200);
  });
}

const kinds = {
  framing: malformedFraming,
  'fields and request line': malformedFields,
  'target and Host': malformedTargets,
  limits: malformedLimits,
};

for (const [kind, records] of Object.entries(kinds)) {
  describe(`malformed ${kind}: refused, closed, never at a backend`, () => {
    for (const record of records) {
      describe(`${record.id} (${record.rule})`, () => {
        test('in one piece', () => expectRefusal(record, record.request, false));
        test('byte by byte', () => expectRefusal(record, record.request, true));
        test('with another request behind it', () =>
          expectRefusal(record, Buffer.concat([toBuffer(record.request), toBuffer(SMUGGLED)]), false));
      });
    }
  });
}

test('every record has an id of its own', () => {
  const ids = Object.values(kinds)
    .flat()
    .map(({ id }) => id);
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
});

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
  const seenBefore = origin.requests.length;
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
  await expectSilenceAtBackend(seenBefore, record.inBody === true);
}

/**
 * That nothing arrived cannot be waited for. So an ordinary request is sent behind it: what the refused one caused would have been
 * noted before that one is answered.
 */
async function expectSilenceAtBackend(seenBefore: number, inBody: boolean): Promise<void> {
  await withClient(gateway.port, async (client) => {
    client.send(head('GET /behind HTTP/1.1', 'Host: gw.example'));
    expect((await client.response()).status).toBe(200);
  });
  const seen = origin.requests.slice(seenBefore).filter((request) => request.target !== '/behind');
  if (inBody) await origin.until('broken-off requests are closed', () => seen.every((request) => request.closed));
  expect(seen.map(({ line, complete }) => ({ line, complete }))).toEqual(
    seen.map(() => ({ line: expect.stringMatching(/^POST \/orders /), complete: false })),
  );
  if (!inBody) expect(seen).toEqual([]);
  expect(origin.violations.splice(0)).toEqual([]);
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

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { proxyConfig } from '../support/config.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import type { HttpResponse } from '../support/http-response.ts';
import { expectFields } from '../support/matchers.ts';
import { withClient } from '../support/raw-client.ts';
import { type OriginRequest, RECORD_FIELD, ScriptedOrigin } from '../support/scripted-origin.ts';
import { forwardingBodies } from './forwarding-bodies.ts';
import { forwardingFields } from './forwarding-fields.ts';
import type { BackendExpectation, ForwardingRecord } from './forwarding-record.ts';
import { forwardingTargets } from './forwarding-target.ts';
import { LIMITS } from './malformed-limits.ts';

let origin: ScriptedOrigin;
let plain: RunningGateway;
let trusting: RunningGateway;

beforeAll(async () => {
  origin = await ScriptedOrigin.start();
  // One after the other: should one fail to start, the other is known and stopped.
  plain = await startGateway({ config: proxyConfig(origin.url, { gateway: { limits: LIMITS } }) });
  trusting = await startGateway({
    config: proxyConfig(origin.url, { gateway: { trustedProxies: ['127.0.0.1'] }, backend: { hostHeader: 'client' } }),
  });
});

afterAll(async () => {
  await Promise.all([plain?.stop(), trusting?.stop()]);
  await origin?.stop();
});

async function run(record: ForwardingRecord, key: string, byteByByte: boolean): Promise<void> {
  const { expect: expected } = record;
  const gateway = record.gateway === 'trusting' ? trusting : plain;
  // The backend finds the record's script, and this runner the backend's request, by a field of its own.
  const request = record.request.replace(/ HTTP\/1\.[01]\r\n/, (lineEnd) => `${lineEnd}${RECORD_FIELD}: ${key}\r\n`);
  if (record.origin !== undefined) origin.script(key, record.origin);
  await withClient(gateway.port, async (client) => {
    if (byteByByte) await client.sendByteByByte(request);
    else client.send(request);
    const method = request.trimStart().split(' ', 1)[0] ?? '';
    expectResponse(await client.response({ method }), expected);
    if (expected.closes === true) {
      await client.closed();
      expect(client.unread.toString('latin1'), 'bytes behind the response').toBe('');
      return;
    }
    // The proof that the connection is still in step: the next request on it gets its own answer.
    client.send(`GET /next HTTP/1.1\r\nHost: gw.example\r\n\r\n`);
    expect((await client.response()).text).toBe('from the origin');
  });
  const seen = origin.requestsOf(key);
  if (expected.backend === 'nothing') expect(seen).toEqual([]);
  else expectBackendRequest(seen, expected.backend ?? {});
  expect(origin.violations.splice(0)).toEqual([]);
}

function expectResponse(response: HttpResponse, expected: ForwardingRecord['expect']): void {
  expect(response.status, response.text).toBe(expected.status);
  expect(response.complete).toBe(true);
  expect(response.headers('x-request-id')).toEqual([expect.stringMatching(/^[\x21-\x7e]{8,128}$/)]);
  expectFields(response.fields, expected.fields ?? {}, 'the response');
  expectFields(response.trailers, expected.trailers ?? {}, "the response's trailers");
  if (expected.body !== undefined) expect(response.text).toBe(expected.body);
}

function expectBackendRequest(seen: readonly OriginRequest[], expected: BackendExpectation): void {
  expect(seen.map(({ line }) => line)).toHaveLength(1);
  const [request] = seen;
  if (request === undefined) return;
  expect(request.complete).toBe(true);
  if (expected.line !== undefined) expect(request.line).toBe(expected.line);
  expectFields(request.fields, expected.fields ?? {}, 'the request at the backend');
  if (expected.body !== undefined) expect(request.body.toString('latin1')).toBe(expected.body);
  expectFields(request.trailers, expected.trailers ?? {}, "the request's trailers at the backend");
}

const records = [...forwardingFields, ...forwardingTargets, ...forwardingBodies];

for (const [i, record] of records.entries()) {
  describe(`${record.id} (${record.rule})`, () => {
    test('in one piece', () => run(record, `record-${i}-whole`, false));
    test('byte by byte', () => run(record, `record-${i}-bytes`, true));
  });
}

test('every record has an id of its own', () => {
  const ids = records.map(({ id }) => id);
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
});

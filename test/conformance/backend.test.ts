import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { proxyConfig } from '../support/config.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import type { HttpResponse } from '../support/http-response.ts';
import { expectFields } from '../support/matchers.ts';
import { head } from '../support/origin-script.ts';
import { withClient } from '../support/raw-client.ts';
import { RECORD_FIELD, ScriptedOrigin } from '../support/scripted-origin.ts';
import { backendAnswers } from './backend-answers.ts';
import { type BackendOutcome, type BackendRecord, TIMEOUTS } from './backend-record.ts';

let gateway: RunningGateway;
const origins: ScriptedOrigin[] = [];

beforeAll(async () => {
  for (const _ of backendAnswers) origins.push(await ScriptedOrigin.start());
  gateway = await startGateway({ config: oneApiEach() });
});

afterAll(async () => {
  await gateway?.stop();
  await Promise.all(origins.map((origin) => origin.stop()));
});

/** A backend and an API for each record, so that all run at the same time and none meets what another one left behind. */
function oneApiEach() {
  const configs = origins.map((origin, i) => {
    const { backends, apis } = proxyConfig(origin.url, { backend: { timeouts: TIMEOUTS } }) as { backends: object[]; apis: object[] };
    return {
      backend: { ...backends[0], name: `origin-${i}` },
      api: { ...apis[0], name: `api-${i}`, basePath: `/record-${i}`, backend: `origin-${i}` },
    };
  });
  return { backends: configs.map(({ backend }) => backend), apis: configs.map(({ api }) => api) };
}

async function run(record: BackendRecord, index: number): Promise<void> {
  const origin = origins[index];
  if (origin === undefined) throw new Error('no origin');
  const request = (record.request ?? head('GET /orders HTTP/1.1', 'Host: gw.example'))
    .replace(' /', ` /record-${index}/`)
    .replace('\r\n', `\r\n${RECORD_FIELD}: trouble\r\n`);
  origin.script('trouble', record.origin);
  await withClient(gateway.port, async (client) => {
    client.send(request);
    const response = await client.response({ method: request.split(' ', 1)[0] ?? '' });
    const outcome = record.expect.find((allowed) => isOutcome(response, allowed));
    expect(outcome, `allowed: ${JSON.stringify(record.expect)}; got ${shown(response)}`).toBeDefined();
    if (outcome !== undefined) expectOutcome(response, outcome);
    if (!response.complete) await client.closed();
  });
  if (record.settleMs !== undefined) await sleep(record.settleMs);
  await expectNextIsClean(index);
  expect(origin.violations).toEqual([]);
}

function isOutcome(response: HttpResponse, outcome: BackendOutcome): boolean {
  if ('aborted' in outcome) return !response.complete && response.status === outcome.aborted && response.framing !== 'close';
  return response.complete && response.status === outcome.status;
}

function expectOutcome(response: HttpResponse, outcome: BackendOutcome): void {
  expect(response.headers('x-request-id')).toHaveLength(1);
  if ('aborted' in outcome) return;
  if (outcome.body !== undefined) expect(response.text).toBe(outcome.body);
  expectFields(response.fields, outcome.fields ?? {}, 'the response');
  if (outcome.status < 500) return;
  expect(response.header('content-type')).toBe('application/problem+json');
  expect(response.json()).toMatchObject({ status: outcome.status, code: expect.stringMatching(/^backend\.(failed|timeout)$/) });
}

/** Three in a row: a poisoned connection would give one of them what belongs to another. */
async function expectNextIsClean(index: number): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await withClient(gateway.port, async (client) => {
      client.send(head(`GET /record-${index}/next HTTP/1.1`, 'Host: gw.example'));
      const response = await client.response();
      expect(response.text).toBe('from the origin');
      expect(response.header('x-poison')).toBeUndefined();
    });
  }
}

function shown({ status, complete, framing, text }: HttpResponse): string {
  return JSON.stringify({ status, complete, framing, text: text.slice(0, 300) });
}

describe.concurrent('a backend in trouble', () => {
  for (const [i, record] of backendAnswers.entries()) test(`${record.id} (${record.rule})`, () => run(record, i));
});

test('every record has an id of its own', () => {
  const ids = backendAnswers.map(({ id }) => id);
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
});

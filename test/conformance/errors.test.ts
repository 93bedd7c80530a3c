import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApi } from '../support/config.ts';
import { type RunningGateway, startGateway, until } from '../support/gateway.ts';
import type { HttpResponse } from '../support/http-response.ts';
import { expectFields } from '../support/matchers.ts';
import { head } from '../support/origin-script.ts';
import { freePort } from '../support/ports.ts';
import { withClient } from '../support/raw-client.ts';
import { ScriptedOrigin } from '../support/scripted-origin.ts';
import { errorAnswers } from './error-answers.ts';
import type { ErrorRecord } from './error-record.ts';

const PROFILES = ['problem', 'aws-rest', 'aws-http'] as const;
const BODY_BYTES = 1_024;

let origin: ScriptedOrigin;
let gateway: RunningGateway;

beforeAll(async () => {
  origin = await ScriptedOrigin.start();
  origin.script('/reset', ['request-end', 'reset']);
  origin.script('/stall', ['request-end', 'stall']);
  const dead = `http://127.0.0.1:${await freePort()}`;
  gateway = await startGateway({ config: config(origin.url, dead) });
  await until('the dead target is known to be', gateway.process, 10_000, async () => (await noHealthyTarget()) === 503);
});

afterAll(async () => {
  await gateway?.stop();
  await origin?.stop();
});

function config(url: string, dead: string) {
  const backend = (name: string, definition: object) => ({
    name,
    type: 'http',
    environments: { production: { retry: { attempts: 0 }, ejection: { failures: 0 }, timeouts: { response: '300ms' }, ...definition } },
  });
  const definition = openApi({ '/ok': { get: {}, put: {}, post: {} }, '/reset': { get: {} }, '/stall': { get: {} } });
  const only = openApi({ '/ok': { get: {} } });
  return {
    gateway: { limits: { bodyBytes: BODY_BYTES } },
    backends: [
      backend('origin', { url }),
      backend('dead', { url: dead }),
      backend('unhealthy', { url: dead, healthCheck: { path: '/health', interval: '50ms', timeout: '50ms', unhealthyAfter: 1 } }),
    ],
    apis: [
      ...PROFILES.flatMap((errorProfile) => {
        const common = { errorProfile, publish: ['production'] };
        return [
          { ...common, name: errorProfile, basePath: `/${errorProfile}`, backend: 'origin', definition },
          { ...common, name: `${errorProfile}-dead`, basePath: `/${errorProfile}-dead`, backend: 'dead', definition: only },
          { ...common, name: `${errorProfile}-unhealthy`, basePath: `/${errorProfile}-unhealthy`, backend: 'unhealthy', definition: only },
          {
            ...common,
            name: `${errorProfile}-closed`,
            basePath: `/${errorProfile}-closed`,
            backend: 'origin',
            definition: only,
            policies: [{ 'ip-restriction': { deny: ['127.0.0.0/8'] } }],
          },
          {
            ...common,
            name: `${errorProfile}-limited`,
            basePath: `/${errorProfile}-limited`,
            backend: 'origin',
            definition: only,
            policies: [{ 'rate-limit': { limit: 1, window: '1h' } }],
          },
        ];
      }),
      { name: 'unpublished', basePath: '/unpublished', backend: 'origin', errorProfile: 'problem', definition: only, publish: [] },
    ],
  };
}

/** How each cause is brought about for an API of the profile. */
const requests: Record<ErrorRecord['cause'], (profile: string) => string> = {
  'unknown-route': (profile) => get(`/${profile}/nothing-here`),
  'wrong-method': (profile) => get(`/${profile}/ok`, 'DELETE'),
  'refused-by-address': (profile) => get(`/${profile}-closed/ok`),
  'over-limit': (profile) => get(`/${profile}-limited/ok`),
  'body-too-large': (profile) => head(`POST /${profile}/ok HTTP/1.1`, 'Host: gw.example', `Content-Length: ${BODY_BYTES + 1}`),
  'backend-resets': (profile) => get(`/${profile}/reset`),
  'backend-refuses': (profile) => get(`/${profile}-dead/ok`),
  'backend-stalls': (profile) => get(`/${profile}/stall`),
  'no-healthy-target': (profile) => get(`/${profile}-unhealthy/ok`),
};

function get(path: string, method = 'GET'): string {
  return head(`${method} ${path} HTTP/1.1`, 'Host: gw.example');
}

function answerTo(request: string): Promise<HttpResponse> {
  return withClient(gateway.port, (client) => {
    client.send(request);
    return client.response({ method: request.split(' ', 1)[0] ?? '' });
  });
}

async function noHealthyTarget(): Promise<number> {
  return (await answerTo(requests['no-healthy-target']('problem'))).status;
}

describe.each(PROFILES)('errors of profile %s', (profile) => {
  for (const record of errorAnswers.filter((other) => other.profile === profile)) {
    test(`${record.cause}: ${record.expect.status} (${record.rule})`, async () => {
      const request = requests[record.cause](profile);
      if (record.cause === 'over-limit') expect((await answerTo(request)).status, 'the first is within the limit').toBe(200);
      const response = await answerTo(request);
      expect(response.status, response.text).toBe(record.expect.status);
      expectFields(response.fields, { 'x-request-id': /^[\x21-\x7e]{8,128}$/, ...record.expect.fields }, 'the response');
      const body = response.json();
      if (profile === 'problem') {
        expect(body).toMatchObject({ ...record.expect.body, title: expect.any(String), requestId: response.header('x-request-id') });
      } else {
        // Exactly this and nothing else: clients compare the text.
        expect(response.text).toBe(JSON.stringify(record.expect.body));
      }
    });
  }
});

test('every profile has an answer for every cause', () => {
  const missing = PROFILES.flatMap((profile) =>
    Object.keys(requests).filter((cause) => !errorAnswers.some((record) => record.profile === profile && record.cause === cause)),
  );
  expect(missing).toEqual([]);
});

test('the answer to HEAD has the fields of the error and no body', async () => {
  const response = await answerTo(get('/problem/nothing-here', 'HEAD'));
  expect(response.status).toBe(404);
  expect(Number(response.header('content-length'))).toBeGreaterThan(0);
  expect(response.text).toBe('');
});

describe('what is not there looks the same, whichever part of it is missing (INTERFACES 7)', () => {
  /** Everything but what differs between any two answers. */
  const canonical = (response: HttpResponse) => ({
    status: response.status,
    fields: response.fields.filter(([name]) => !['date', 'x-request-id'].includes(name.toLowerCase())),
    body: response.text.replace(response.header('x-request-id') ?? '', '(id)'),
  });

  const missing: readonly [what: string, request: string][] = [
    ['the API', get('/no-such-api/ok')],
    ['the API, in a path of one segment', get('/no-such-api')],
    ['the environment of the API: it is published nowhere', get('/unpublished/ok')],
    ['the API in this environment: it is published in another', get('/test/problem/ok')],
    ['the environment', head('GET /problem/ok HTTP/1.1', 'Host: gw.example', 'X-Ca-Stage: NOWHERE')],
    ['everything', get('/')],
  ];

  for (const [what, request] of missing) {
    test(`${what} is missing`, async () => {
      const reference = canonical(await answerTo(get('/problem/nothing-here')));
      expect(reference.status).toBe(404);
      expect(canonical(await answerTo(request))).toEqual(reference);
    });
  }
});

test('no error tells where the backend is', async () => {
  for (const cause of ['backend-resets', 'backend-refuses', 'backend-stalls', 'no-healthy-target'] as const) {
    for (const profile of PROFILES) {
      const response = await answerTo(requests[cause](profile));
      expect(`${JSON.stringify(response.fields)} ${response.text}`).not.toMatch(/127\.0\.0\.1|ECONN|node:|\.ts\b/);
    }
  }
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApi, openApiProxy } from '../support/config.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import type { HttpResponse } from '../support/http-response.ts';
import { expectFields } from '../support/matchers.ts';
import { head } from '../support/origin-script.ts';
import { withClient } from '../support/raw-client.ts';
import { RECORD_FIELD, ScriptedOrigin } from '../support/scripted-origin.ts';
import { signatureLines } from '../support/sign-request.ts';
import { authenticationRecords } from './authentication.ts';
import { APPS, type AppName, type AuthenticatedApi, type AuthenticationRecord } from './authentication-record.ts';

let origin: ScriptedOrigin;
let gateway: RunningGateway;

beforeAll(async () => {
  origin = await ScriptedOrigin.start();
  gateway = await startGateway({ config: config(origin.url), threads: 2 });
});

afterAll(async () => {
  await gateway?.stop();
  await origin?.stop();
});

const AUTH: Readonly<Record<AuthenticatedApi, unknown>> = {
  open: 'none',
  app: 'app',
  alibaba: 'app',
  'aws-rest': 'app',
  'header-code': { kind: 'app', appCode: 'header' },
  'no-code': { kind: 'app', appCode: 'disabled' },
  'no-signature': { kind: 'app', signature: false },
  'nonce-required': { kind: 'app', requireNonce: true },
  forwarding: { kind: 'app', forwardCredentials: true },
  operations: 'app',
};

function config(url: string) {
  const names = Object.keys(AUTH) as AuthenticatedApi[];
  const environments = (app: AppName) => (app === 'partner' ? ['production'] : ['test']);
  const mock = { 'x-gatehouse-integration': { type: 'mock', status: 204 } };
  const operations = openApi({
    '/open': { get: { 'x-gatehouse-auth': 'none' } },
    '/closed': { get: {}, options: mock },
    '/header': { get: { 'x-gatehouse-auth': { kind: 'app', appCode: 'header' } } },
  });
  return {
    gateway: { accessLog: { format: 'json' } },
    backends: [{ name: 'origin', type: 'http', environments: { production: { url }, test: { url } } }],
    apis: names.map((name) => ({
      name,
      basePath: `/${name}`,
      errorProfile: name === 'alibaba' || name === 'aws-rest' ? name : 'problem',
      auth: AUTH[name],
      backend: 'origin',
      definition: name === 'operations' ? operations : name === 'alibaba' ? openApi({ '/x': { get: {}, post: {} } }) : openApiProxy(),
      publish: ['production', 'test'],
    })),
    apps: (Object.keys(APPS) as AppName[]).map((name) => ({
      name,
      ...APPS[name],
      authorizations: name === 'stranger' ? [] : names.map((api) => ({ api, environments: environments(name) })),
    })),
  };
}

function toRequest(record: AuthenticationRecord): string {
  const { api, method = 'GET', target = '/', body, sign } = record;
  const minutes = (text: string) => String(Date.now() + Number(text) * 60_000);
  const lines = (record.lines ?? []).map((line) =>
    line.replace(/\{now([+-]\d{1,3})?m?\}/, (_, offset: string | undefined) => minutes(offset ?? '0')).replace('{unique}', randomUUID()),
  );
  const nobody = { appKey: 'nobodys-app-key-0004', appSecret: 'nobodys-app-secret-0004' };
  const as = sign?.as ?? 'partner';
  const signed =
    sign === undefined
      ? lines
      : signatureLines(method, lines, {
          ...(as === 'nobody' ? nobody : APPS[as]),
          ...sign,
          resource: `/${api}${sign.resource}`,
        });
  const length = body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  return head(`${method} /${api}${target} HTTP/1.1`, 'Host: gw.example', ...signed, ...length) + (body ?? '');
}

/** One request on a connection of its own: the kernel spreads connections over the threads. */
function send(request: string): Promise<HttpResponse> {
  return withClient(gateway.port, (client) => {
    client.send(request);
    return client.response({ method: request.split(' ', 1)[0] ?? '' });
  });
}

describe('callers', () => {
  for (const [index, record] of authenticationRecords.entries()) {
    test(`${record.id} (${record.rule})`, async () => {
      const key = `auth-${index}`;
      const response = await send(toRequest(record).replace('\r\n', `\r\n${RECORD_FIELD}: ${key}\r\n`));
      const { status, code, fields = {}, backend } = record.expect;
      expect(response.status, `${response.text} ${JSON.stringify(response.fields)}`).toBe(status);
      expectFields(response.fields, fields, 'the response');
      if (code !== undefined) expect(response.json()).toMatchObject({ code, status });
      const seen = origin.requestsOf(key);
      expect(seen.map(({ line }) => line)).toHaveLength(backend === undefined ? 0 : 1);
      const [request] = seen;
      if (request === undefined || backend === undefined) return;
      if (backend.line !== undefined) expect(request.line).toBe(backend.line);
      if (backend.body !== undefined) expect(request.body.toString('latin1')).toBe(backend.body);
      expectFields(request.fields, backend.fields ?? {}, 'the request at the backend');
    });
  }

  test('every record has an id of its own', () => {
    const ids = authenticationRecords.map(({ id, api }) => `${api} ${id}`);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });
});

describe('a nonce', () => {
  const signed = (nonce: string, broken = false) =>
    toRequest({
      id: '',
      rule: '',
      api: 'app',
      target: '/x',
      lines: [`X-Ca-Nonce: ${nonce}`, 'X-Ca-Timestamp: {now}'],
      sign: { resource: '/x', names: ['X-Ca-Nonce', 'X-Ca-Timestamp'], broken },
      expect: { status: 200 },
    });

  test('lets exactly one of many simultaneous requests through, whichever threads they meet', async () => {
    const request = signed(randomUUID());
    const responses = await Promise.all(Array.from({ length: 40 }, () => send(request)));
    const count = (status: number) => responses.filter((response) => response.status === status).length;
    expect([count(200), count(401)]).toEqual([1, 39]);
    expect(responses.find(({ status }) => status === 401)?.json()).toMatchObject({ code: 'auth.nonce-used' });
  });

  test('is not used up by a signature that is wrong', async () => {
    const nonce = randomUUID();
    expect((await send(signed(nonce, true))).status).toBe(401);
    expect((await send(signed(nonce))).status).toBe(200);
  });
});

describe('apps of the file', () => {
  test('a reload takes an authorization back, and gives it again', async () => {
    const call = () => send(head('GET /app/x HTTP/1.1', 'Host: gw.example', `X-Api-Key: ${APPS.partner.appCode}`));
    expect((await call()).status).toBe(200);
    const all = config(origin.url);
    await gateway.writeConfig({ ...all, apps: all.apps.map((app) => ({ ...app, authorizations: [] })) });
    gateway.process.signal('SIGHUP');
    await expect.poll(async () => (await call()).status, { timeout: 10_000 }).toBe(403);
    await gateway.writeConfig(all);
    gateway.process.signal('SIGHUP');
    await expect.poll(async () => (await call()).status, { timeout: 10_000 }).toBe(200);
  });

  test('stand in the access log by their names, and why one was refused stands there too', async () => {
    const request = (code: string) => head('GET /app/logged HTTP/1.1', 'Host: gw.example', `X-Api-Key: ${code}`);
    await send(request(APPS.partner.appCode));
    await send(request(APPS.stranger.appCode));
    await expect.poll(() => gateway.logs()).toMatch(/"path":"\/app\/logged","status":200,.*"principal":"partner","app":"partner"/);
    await expect
      .poll(() => gateway.logs())
      .toContain('"error":"auth.not-authorized","cause":"stranger for app in production: it was never authorized"');
  });

  test('their secrets are in no log', () => {
    for (const { appSecret, appCode } of Object.values(APPS)) {
      expect(gateway.logs()).not.toContain(appSecret);
      expect(gateway.logs()).not.toContain(appCode);
    }
  });
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApi, proxyConfig } from '../support/config.ts';
import { type RunningGateway, startGateway, until } from '../support/gateway.ts';
import type { HttpResponse } from '../support/http-response.ts';
import { head } from '../support/origin-script.ts';
import { withClient } from '../support/raw-client.ts';
import { ScriptedOrigin } from '../support/scripted-origin.ts';

let origin: ScriptedOrigin;
/** Writes JSON to standard output. */
let json: RunningGateway;
/** Writes a line of $context variables to a file. */
let line: RunningGateway;

const FORMAT =
  '$context.requestId "$context.httpMethod $context.path $context.protocol" $context.status $context.resourcePath $context.identity.sourceIp $context.authorizer.principalId';

beforeAll(async () => {
  origin = await ScriptedOrigin.start();
  const api = { definition: openApi({ '/pets/{id}': { get: {} } }), policies: [{ 'rate-limit': { limit: 3, window: '1h' } }] };
  // One after the other: should one fail to start, the other is known and stopped.
  json = await startGateway({ config: proxyConfig(origin.url, { gateway: { accessLog: { format: 'json' } }, api }), threads: 2 });
  line = await startGateway({ config: proxyConfig(origin.url, { gateway: { accessLog: { format: FORMAT, output: 'file' } }, api }) });
});

afterAll(async () => {
  await Promise.all([json?.stop(), line?.stop()]);
  await origin?.stop();
});

function call(gateway: RunningGateway, target: string, ...fields: string[]): Promise<HttpResponse> {
  return withClient(gateway.port, (client) => {
    client.send(head(`GET ${target} HTTP/1.1`, 'Host: gw.example', ...fields));
    return client.response();
  });
}

describe('the access log', () => {
  test('has one JSON line per request, found by the id that the client got', async () => {
    const id = (await call(json, '/pets/17?secret=1', 'Authorization: Bearer very-secret')).header('x-request-id') ?? '';
    await until('the line is written', json.process, 5_000, () => json.process.stdout.includes(id));
    const lines = json.process.stdout.split('\n').filter((text) => text.includes(id));
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(JSON.parse(lines[0] ?? ''))).toMatch(/200/);
    expect(lines[0]).toContain('/pets/{id}');
    expect(lines[0]).not.toContain('very-secret');
  });

  test('in a format of its own: values in their places, a dash for what is absent', async () => {
    const id = (await call(line, '/pets/17')).header('x-request-id') ?? '';
    const file = join(line.directory, 'data', 'access.log');
    const written = async () => (await readFile(file, 'utf8')).split('\n').filter((text) => text.startsWith(id));
    await until('the line is written', line.process, 5_000, async () => (await written()).length > 0);
    expect(await written()).toEqual([`${id} "GET /pets/17 HTTP/1.1" 200 /pets/{id} 127.0.0.1 -`]);
  });

  test('cannot be forged: what a client sends does not make a line', async () => {
    const id = (await call(line, '/pets/a%22b')).header('x-request-id') ?? '';
    const file = join(line.directory, 'data', 'access.log');
    await until('the line is written', line.process, 5_000, async () => (await readFile(file, 'utf8')).includes(id));
    for (const text of (await readFile(file, 'utf8')).trimEnd().split('\n')) {
      expect(text).toMatch(/^[\x21-\x7e]{8,128} "GET [^" ]+ HTTP\/1\.1" \d{3} [^ ]+ [^ ]+ -$/);
    }
  });
});

describe('metrics (INTERFACES 10)', () => {
  test('count by route template, never by raw path', async () => {
    const before = await json.metric(
      'gatehouse_requests_total',
      'route="/pets/{id}"',
      'status="200"',
      'method="GET"',
      'environment="production"',
      'api="proxy"',
    );
    await call(json, '/pets/18');
    await call(json, '/no/such/path');
    await until('it is counted', json.process, 5_000, async () => {
      return (await json.metric('gatehouse_requests_total', 'route="/pets/{id}"', 'status="200"')) === before + 1;
    });
    const text = await (await fetch(`${json.adminUrl}/metrics`)).text();
    expect(text).not.toMatch(/pets\/1[78]|no\/such/);
  });

  test('a refusal is counted by the policy that refused', async () => {
    for (let i = 0; i < 4; i++) await call(json, '/pets/19');
    await until(
      'it is counted',
      json.process,
      5_000,
      async () => (await json.metric('gatehouse_policy_refusals_total', 'policy="rate-limit"')) > 0,
    );
  });

  test('what is refused before it becomes a request is counted', async () => {
    const before = await json.metric('gatehouse_malformed_requests_total');
    expect((await call(json, '/pets/1', 'Host: second.example')).status).toBe(400);
    await until('it is counted', json.process, 5_000, async () => (await json.metric('gatehouse_malformed_requests_total')) === before + 1);
  });

  test.each([
    'gatehouse_request_duration_seconds_count',
    'gatehouse_backend_duration_seconds_count',
    'gatehouse_snapshot_number',
    'gatehouse_snapshot_age_seconds',
    'gatehouse_backend_target_healthy',
  ])('%s is there', async (name) => {
    expect(await (await fetch(`${json.adminUrl}/metrics`)).text()).toMatch(new RegExp(`^${name}[{ ]`, 'm'));
  });
});

test.each(['/healthz', '/readyz'])('%s is 200 while it serves', async (path) => {
  expect((await fetch(`${json.adminUrl}${path}`)).status).toBe(200);
});

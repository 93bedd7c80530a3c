import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApiProxy } from '../support/config.ts';
import { type Echo, EchoOrigin } from '../support/echo-origin.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { APPS } from './authentication-record.ts';

/*
 * Alibaba's own client library, as it is on npm, against the real command: what it signs, the gateway must understand
 * (reference 2f; aliyun/api-gateway-nodejs-sdk).
 */

interface CallOptions {
  query?: Record<string, string | string[]>;
  data?: unknown;
  headers?: Record<string, string>;
  signHeaders?: Record<string, string>;
}

type Call = (url: string, options?: CallOptions) => Promise<Echo>;

interface AliyunClient {
  get: Call;
  post: Call;
  put: Call;
  delete: Call;
}

const { Client, SimpleClient } = createRequire(import.meta.url)('aliyun-api-gateway') as {
  Client: new (key: string, secret: string, stage?: string) => AliyunClient;
  SimpleClient: new (appCode: string) => AliyunClient;
};

/** What it throws for an answer that is no success. */
interface ClientError extends Error {
  code: number;
  data: { headers: Record<string, string> };
}

const FORM = 'application/x-www-form-urlencoded';
const { partner, stranger } = APPS;

let origin: EchoOrigin;
let gateway: RunningGateway;
let client: AliyunClient;
let url: string;

beforeAll(async () => {
  origin = await EchoOrigin.start();
  const api = (name: string, auth: unknown) => ({
    name,
    basePath: `/${name}`,
    errorProfile: 'alibaba',
    auth,
    backend: 'origin',
    definition: openApiProxy(),
    publish: ['production', 'test'],
  });
  gateway = await startGateway({
    threads: 2,
    config: {
      backends: [{ name: 'origin', type: 'http', environments: { production: { url: origin.url }, test: { url: origin.url } } }],
      apis: [api('petstore', 'app'), api('strict', { kind: 'app', requireNonce: true })],
      apps: [
        {
          name: 'partner',
          ...partner,
          authorizations: ['petstore', 'strict'].map((name) => ({ api: name, environments: ['production'] })),
        },
        { name: 'stranger', ...stranger },
      ],
    },
  });
  client = new Client(partner.appKey, partner.appSecret);
  url = `${gateway.url}/petstore/pets`;
});

afterAll(async () => {
  await gateway?.stop();
  await origin?.stop();
});

function fieldsOf(echo: Echo, name: string): string[] {
  return echo.headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
}

function sha256(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}

async function failure(call: Promise<Echo>): Promise<ClientError> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error as ClientError,
  );
  if (outcome === undefined) throw new Error('The call went through');
  return outcome;
}

describe('Client (AppKey and AppSecret)', () => {
  test('GET with a query in the URL and in its options', async () => {
    const echo = await client.get(`${url}?limit=10&b=%E4%BD%A0%20%26`, { query: { a: '1 +', Z: 'z' } });
    expect(echo.method).toBe('GET');
    expect(new URLSearchParams(echo.url.split('?')[1]).get('b')).toBe('你 &');
    expect(fieldsOf(echo, 'x-gatehouse-app')).toEqual(['partner']);
    for (const name of ['x-ca-key', 'x-ca-signature', 'x-ca-signature-headers', 'x-ca-nonce', 'x-ca-timestamp'])
      expect(fieldsOf(echo, name)).toEqual([]);
  });

  test('GET with repeated and empty parameters', async () => {
    const echo = await client.get(url, { query: { a: ['1', '2'], b: '', c: ['', 'x'] } });
    expect(echo.url).toBe('/pets?a=1&a=2&b=&c=&c=x');
  });

  test('GET of a path with encoded characters', async () => {
    expect((await client.get(`${url}/a%20b/%E4%BD%A0`)).url).toBe('/pets/a%20b/%E4%BD%A0');
  });

  test('POST of a form', async () => {
    const data = { name: 'rex & co', tag: ['a', 'b'], empty: '', 名: '值' };
    const echo = await client.post(`${url}?dry=1`, { data, headers: { 'Content-Type': `${FORM}; charset=utf-8` } });
    expect(echo.bodySha256).toBe(sha256('name=rex%20%26%20co&tag=a&tag=b&empty=&%E5%90%8D=%E5%80%BC'));
  });

  test('POST of JSON, with Content-MD5', async () => {
    const data = { name: 'rex', text: '你好' };
    const echo = await client.post(url, { data, signHeaders: { 'X-Trace': 'abc', 'A-Field': '1' } });
    expect(echo.bodySha256).toBe(sha256(JSON.stringify(data)));
    expect(fieldsOf(echo, 'content-md5')).toHaveLength(1);
    expect(fieldsOf(echo, 'x-trace')).toEqual(['abc']);
  });

  test('POST of bytes', async () => {
    const data = Buffer.alloc(300_000, 0xe4);
    const echo = await client.post(url, { data, headers: { 'content-type': 'application/octet-stream' } });
    expect([echo.bodyBytes, echo.bodySha256]).toEqual([data.length, sha256(data)]);
  });

  test('PUT of JSON and of a form, and DELETE', async () => {
    expect((await client.put(`${url}/7`, { data: { name: 'rex' } })).bodySha256).toBe(sha256('{"name":"rex"}'));
    const form = await client.put(`${url}/7`, { data: { name: 'rex' }, headers: { 'content-type': FORM } });
    expect(form.bodySha256).toBe(sha256('name=rex'));
    expect((await client.delete(`${url}/7`, { query: { force: '1' } })).method).toBe('DELETE');
  });

  test('an API that insists on nonces', async () => {
    expect((await client.get(`${gateway.url}/strict/x`)).method).toBe('GET');
  });

  test('a wrong secret: the error holds the string that the server would have signed, in which the secret is not', async () => {
    const wrong = new Client(partner.appKey, 'another-app-secret-0001');
    const error = await failure(wrong.get(`${url}?b=2&a=1`, { headers: { accept: 'text/plain' } }));
    expect(error.code).toBe(403);
    expect(error.data.headers['x-ca-error-code']).toBe('A403IS');
    expect(error.message).toMatch(
      /Invalid Signature, Server StringToSign:`GET#text\/plain####x-ca-key:partner-app-key-0001#x-ca-nonce:[0-9a-f-]{36}#x-ca-stage:RELEASE#x-ca-timestamp:\d{13}#\/petstore\/pets\?a=1&b=2`/,
    );
    expect(error.message).not.toContain(partner.appSecret);
    expect(error.message).toContain(`request id: ${error.data.headers['x-ca-request-id']}`);
  });

  test('an app that is not authorized, here or in the environment that it names', async () => {
    const other = await failure(new Client(stranger.appKey, stranger.appSecret).get(url));
    expect([other.code, other.data.headers['x-ca-error-message']]).toEqual([403, 'Unauthorized']);
    const stage = await failure(new Client(partner.appKey, partner.appSecret, 'TEST').get(url));
    expect([stage.code, stage.data.headers['x-ca-error-message']]).toEqual([403, 'Unauthorized']);
  });

  test('an AppKey of nobody', async () => {
    const error = await failure(new Client('nobodys-app-key-0001', 'nobodys-secret-0001').get(url));
    expect([error.code, error.data.headers['x-ca-error-message']]).toEqual([400, 'Invalid AppKey']);
  });
});

describe('SimpleClient (AppCode)', () => {
  test('GET and POST, without the code at the backend', async () => {
    const simple = new SimpleClient(partner.appCode);
    const echo = await simple.get(`${url}?a=1`);
    expect([echo.url, fieldsOf(echo, 'authorization'), fieldsOf(echo, 'x-gatehouse-app')]).toEqual(['/pets?a=1', [], ['partner']]);
    expect((await simple.post(url, { data: { name: 'rex' } })).bodySha256).toBe(sha256('{"name":"rex"}'));
  });

  test('a wrong code', async () => {
    const error = await failure(new SimpleClient('nobodys-app-code-0001').get(url));
    expect([error.code, error.data.headers['x-ca-error-message']]).toEqual([400, 'Invalid AppCode']);
  });
});

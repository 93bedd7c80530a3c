import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { system } from '@gatehouse/contract/management';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canMakeCertificates, makeSignedCertificate } from '../conformance/tls/certificates.ts';
import { runCommand } from '../support/command.ts';
import { Instance } from '../support/control.ts';
import { EchoOrigin } from '../support/echo-origin.ts';
import { freePort } from '../support/ports.ts';

const TOKEN = 'an-admin-token-for-tests-only';
const SECRET = 'Token token=s3cret-of-the-target';
const AUTHORIZED = { authorization: `Bearer ${TOKEN}` };

/** What a target was asked, as it came. */
interface Asked {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
}

/** A target that notes what it is asked and answers as a test says. */
class Target {
  readonly asked: Asked[] = [];
  readonly closed: string[] = [];
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.end('hello');
  readonly #server: Server;

  constructor(tls?: { key: string; cert: string }) {
    const listener = (request: IncomingMessage, response: ServerResponse) => {
      const isProbe = request.headers['user-agent'] === 'gatehouse-health-check';
      if (!isProbe) this.asked.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
      response.on('close', () => {
        if (!response.writableFinished) this.closed.push(request.url ?? '');
      });
      this.answer(request, response);
    };
    this.#server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  }

  async listen(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get last(): Asked {
    const asked = this.asked.at(-1);
    if (asked === undefined) throw new Error('The target was not asked');
    return asked;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

describe('a proxy with many endpoints', () => {
  let control: Instance;
  let target: Target;
  let echo: EchoOrigin;
  let deadPort: number;

  beforeAll(async () => {
    target = await new Target().listen();
    echo = await EchoOrigin.start();
    deadPort = await freePort();
    const dead = `http://127.0.0.1:${deadPort}`;
    control = await Instance.start({
      role: 'all',
      env: { TARGET_AUTH: SECRET },
      gateway: { accessLog: { format: 'json' } },
      config: {
        proxy: {
          endpoints: {
            '/short': `${target.url}/v1`,
            'larger/v1': { target: `${target.url}/svc.v1`, headers: { Authorization: '${TARGET_AUTH}', 'X-Custom-Source': "it's" } },
            '/forward': { target: target.url, credentials: 'forward' },
            '/open': { target: target.url, credentials: 'dangerously-allow-unauthenticated', allowedHeaders: ['X-Wanted', 'Set-Cookie'] },
            '/read': { target: target.url, credentials: 'dangerously-allow-unauthenticated', allowedMethods: ['GET'] },
            '/rewritten': {
              target: `${target.url}/base`,
              credentials: 'dangerously-allow-unauthenticated',
              pathRewrite: {
                '^/api/proxy/rewritten/items/([0-9]+)': '/things/$1',
                '^/api/proxy/rewritten/up/': '/../../',
                '^/api/proxy/rewritten': '',
              },
            },
            '/pages': { target: target.url, cors: { allowOrigins: ['https://portal.example.com'] } },
            '/several': {
              targets: [{ url: dead }, { url: target.url }],
              credentials: 'dangerously-allow-unauthenticated',
              retry: { attempts: 1, budget: 1 },
            },
            '/dead': { target: dead, headers: { Authorization: '${TARGET_AUTH}' }, credentials: 'dangerously-allow-unauthenticated' },
            '/slow': { target: target.url, proxyTimeout: 300, credentials: 'dangerously-allow-unauthenticated' },
            '/ill': {
              target: target.url,
              credentials: 'dangerously-allow-unauthenticated',
              healthCheck: { path: '/ill', interval: '100ms', unhealthyAfter: 1 },
            },
            '/echo': { target: echo.url, credentials: 'dangerously-allow-unauthenticated', xfwd: true, changeOrigin: false },
            '/cached': { target: target.url, headers: { 'X-Api-Key': '${TARGET_AUTH}' }, cache: { maxAge: '1h' } },
            '/cached-named': { target: target.url, credentials: 'dangerously-allow-unauthenticated', xfwd: true, cache: {} },
            '/cached-forward': { target: target.url, credentials: 'forward', cache: {} },
            '/limited': {
              target: target.url,
              credentials: 'dangerously-allow-unauthenticated',
              policies: [{ 'rate-limit': { limit: 1, window: '1h' } }],
            },
          },
        },
      },
    });
  });

  afterAll(async () => {
    await Promise.all([control?.remove(), target?.stop(), echo?.stop()]);
  });

  const call = (path: string, init: RequestInit = {}) => fetch(`${control.controlUrl}/api/proxy${path}`, init);

  test('the prefix and the route go, the path of the target and the query stay', async () => {
    for (const [path, expected] of [
      ['/short/list?a=1&b=%20', '/v1/list?a=1&b=%20'],
      ['/short', '/v1/'],
      ['/short/', '/v1/'],
      ['/short?x', '/v1/?x'],
      ['/larger/v1/a%2Fb', '/svc.v1/a%2Fb'],
    ] as const) {
      const response = await call(path, { headers: AUTHORIZED });
      expect([response.status, await response.text(), target.last.url]).toEqual([200, 'hello', expected]);
      expect(target.last.headers.host).toBe(`127.0.0.1:${target.port}`);
    }
    for (const path of ['/shorter', '/larger', '/Short', '']) expect((await call(path, { headers: AUTHORIZED })).status).toBe(404);
  });

  test('the secret reaches the target in the place of what the client sent, and nobody else', async () => {
    target.answer = (request, response) =>
      response.writeHead(200, { 'X-Echo': String(request.headers.authorization), 'Content-Type': 'text/plain' }).end('ok');
    const response = await call('/larger/v1/x', { headers: { ...AUTHORIZED, 'x-custom-source': 'mine' } });
    expect(target.last.headers).toMatchObject({ authorization: SECRET, 'x-custom-source': "it's" });
    const dead = await call('/dead/x');
    const seen = JSON.stringify([[...response.headers], await response.text(), [...dead.headers], await dead.text()]);
    const metrics = await (await fetch(`${control.controlUrl}/metrics`)).text();
    await expect.poll(() => control.process.stdout).toContain('"path":"/api/proxy/dead/x"');
    for (const text of [seen, metrics, control.process.output]) expect(text).not.toContain('s3cret');
    expect(control.process.output).not.toContain(TOKEN);
  });

  test('only the headers of the list pass, both ways, and what does not is told once', async () => {
    const body = gzipSync('packed');
    target.answer = (_, response) =>
      response
        .writeHead(200, {
          'Content-Type': 'text/html',
          'Content-Encoding': 'gzip',
          'Cache-Control': 'no-cache',
          ETag: '"1"',
          'Set-Cookie': ['a=1', 'b=2'],
          'X-Unwanted-Answer': '1',
        })
        .end(body);
    const headers = {
      cookie: 'session=1',
      'x-unwanted': '1',
      'x-wanted': '1',
      accept: 'text/html',
      'x-forwarded-for': '1.2.3.4',
      authorization: 'Bearer mine',
    };
    for (let times = 0; times < 2; times++) {
      const response = await call('/open/', { headers });
      expect(await response.text()).toBe('packed');
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-encoding': 'gzip',
        'cache-control': 'no-cache',
        'content-security-policy': 'sandbox',
        'x-content-type-options': 'nosniff',
      });
      expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
      for (const name of ['etag', 'x-unwanted-answer']) expect(response.headers.has(name)).toBe(false);
    }
    const { connection: _, ...sent } = target.last.headers;
    const names = ['accept', 'accept-language', 'host', 'traceparent', 'user-agent', 'x-request-id', 'x-wanted'];
    expect(Object.keys(sent).toSorted()).toEqual(names);
    const told = control.process.stderr.split('\n').filter((line) => line.includes('"endpoint":"/open"'));
    expect(told.map((line) => (JSON.parse(line) as { headers: string[] }).headers.toSorted())).toEqual([
      ['authorization', 'cookie', 'x-forwarded-for', 'x-unwanted'],
      ['etag', 'x-unwanted-answer'],
    ]);
    expect(told[0]).toContain('credentials: forward');
    expect(told.join()).not.toContain('session=1');
  });

  test('credentials: who has none does not reach the target; they go on only where it is said', async () => {
    target.answer = (_, response) => response.end();
    const before = target.asked.length;
    const nodeToken = await control.nodeToken();
    for (const path of ['/short/x', '/forward/x', '/larger/v1/x']) {
      for (const authorization of [undefined, 'Bearer wrong', `Basic ${TOKEN}`, `Bearer ${nodeToken}`]) {
        const response = await call(path, { method: 'POST', body: 'x', headers: authorization === undefined ? {} : { authorization } });
        expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
        expect(await response.json()).toMatchObject({ code: 'auth.missing' });
      }
    }
    expect(target.asked.length).toBe(before);
    await call('/short/x', { headers: AUTHORIZED });
    expect(target.last.headers.authorization).toBeUndefined();
    await call('/forward/x', { headers: AUTHORIZED });
    expect(target.last.headers.authorization).toBe(AUTHORIZED.authorization);
    const viewer = await control.client.call(system.createToken, { body: { name: 'viewer of the proxy', role: 'viewer' } });
    expect((await call('/short/x', { headers: { authorization: `Bearer ${viewer.body.token}` } })).status).toBe(200);
  });

  test('a method that is not allowed does not reach the target: 405 says which are', async () => {
    const before = target.asked.length;
    const response = await call('/read/x', { method: 'POST', body: '{}' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(target.asked.length).toBe(before);
    expect((await call('/read/x')).status).toBe(200);
  });

  test('pathRewrite: the first expression that matches counts, and none leads above the path of the target', async () => {
    for (const [path, expected] of [
      ['/rewritten/items/42/parts?q=1', '/base/things/42/parts?q=1'],
      ['/rewritten/other?q=1', '/base/other?q=1'],
      ['/rewritten', '/base/'],
    ] as const) {
      expect((await call(path)).status).toBe(200);
      expect(target.last.url).toBe(expected);
    }
    const before = target.asked.length;
    expect((await call('/rewritten/up/x')).status).toBe(400);
    expect((await call(`/rewritten/${'x'.repeat(5_000)}`)).status).toBe(414);
    expect(target.asked.length).toBe(before);
  });

  test('CORS: a preflight needs no credentials and does not reach the target; refusals can be read by the page', async () => {
    const before = target.asked.length;
    const origin = 'https://portal.example.com';
    const preflight = await call('/pages/x', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
    expect(target.asked.length).toBe(before);
    const refused = await call('/pages/x', { headers: { origin } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, origin]);
    const answered = await call('/pages/x', { headers: { origin, ...AUTHORIZED } });
    expect([answered.status, answered.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
    expect(target.last.headers.origin).toBeUndefined();
  });

  test('answers are kept where the endpoint says so: for callers that are known, and what is theirs for them alone', async () => {
    target.answer = (request, response) =>
      response.writeHead(200, { 'Cache-Control': 'public, max-age=60' }).end(String(request.headers.authorization));
    const viewer = await control.client.call(system.createToken, { body: { name: 'viewer of the cache', role: 'viewer' } });
    const other = { authorization: `Bearer ${viewer.body.token}` };
    const before = target.asked.length;
    const body = async (path: string, headers: Record<string, string>) => (await call(path, { headers })).text();
    for (let times = 0; times < 2; times++) {
      expect(await body('/cached/list', AUTHORIZED)).toBe('undefined');
      expect(await body('/cached/list', other)).toBe('undefined');
      expect(await body('/cached-forward/me', AUTHORIZED)).toBe(AUTHORIZED.authorization);
      expect(await body('/cached-forward/me', other)).toBe(other.authorization);
    }
    expect(target.asked.length).toBe(before + 3);
    const hit = await call('/cached/list', { headers: AUTHORIZED });
    expect(hit.headers.get('cache-status')).toMatch(/^gatehouse; hit; ttl=\d+$/);
    expect(hit.headers.get('content-security-policy')).toBe('sandbox');
    expect((await call('/cached/list')).status).toBe(401);
  });

  test('what a target is told of who asks is kept for who is told of likewise', async () => {
    target.answer = (request, response) =>
      response.writeHead(200, { 'Cache-Control': 'public, max-age=60' }).end(String(request.headers['x-forwarded-host']));
    const named = (host: string) =>
      new Promise<string>((resolve, reject) => {
        request(`${control.controlUrl}/api/proxy/cached-named/login`, { headers: { host } }, async (answer) => {
          let text = '';
          for await (const piece of answer) text += piece;
          resolve(text);
        })
          .on('error', reject)
          .end();
      });
    expect(await named('evil.example')).toBe('evil.example');
    expect(await named('apis.example.com')).toBe('apis.example.com');
  });

  test('policies of the gateway work here too', async () => {
    expect((await call('/limited/x')).status).toBe(200);
    const refused = await call('/limited/x');
    expect([refused.status, refused.headers.has('retry-after')]).toEqual([429, true]);
  });

  test('of several targets, one that is down is passed over', async () => {
    for (let n = 0; n < 6; n++) expect((await call('/several/x')).status).toBe(200);
  });

  test('a target that is down, slow or unhealthy is 502, 504 and 503', async () => {
    target.answer = (request, response) => {
      if (request.url === '/ill') response.writeHead(500).end();
      else if (request.url !== '/late') response.end();
    };
    for (const [path, status, code] of [
      ['/dead/x', 502, 'backend.failed'],
      ['/slow/late', 504, 'backend.timeout'],
    ] as const) {
      const response = await call(path);
      expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
      expect(await response.json()).toMatchObject({ code });
    }
    await expect.poll(async () => (await call('/ill/x')).status).toBe(503);
    const metrics = await (await fetch(`${control.controlUrl}/metrics`)).text();
    expect(metrics).toContain(`gatehouse_proxy_target_healthy{endpoint="proxy/ill",target="${target.url}"} 0`);
    expect(metrics).toMatch(
      /gatehouse_requests_total\{method="GET",status="504",api="proxy\/slow",route="\$default",environment="proxy"\} 1/,
    );
    target.answer = (_, response) => response.end();
    await expect.poll(async () => (await call('/ill/x')).status, { timeout: 5_000 }).toBe(200);
  });

  test('bodies stream both ways: an event is there before the answer ends, and a large upload arrives whole', async () => {
    let finish = () => {};
    target.answer = (_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write('data: 1\n\n');
      finish = () => response.end('data: 2\n\n');
    };
    const response = await call('/open/events');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe('data: 1\n\n');
    finish();
    expect((await reader?.read())?.value).toBe('data: 2\n\n');
    expect((await reader?.read())?.done).toBe(true);

    const upload = await call('/echo/upload', {
      method: 'POST',
      body: Buffer.alloc(6 * 1024 * 1024, 'x'),
      headers: { 'content-type': 'text/x' },
    });
    const echoed = (await upload.json()) as { bodyBytes: number; headers: [string, string][] };
    expect(echoed.bodyBytes).toBe(6 * 1024 * 1024);
    expect(new Headers(echoed.headers).get('host')).toBe(`127.0.0.1:${control.controlPort}`);
    expect(new Headers(echoed.headers).get('x-forwarded-for')).toBe('127.0.0.1');
    const tooLarge = await new Promise<number | undefined>((resolve, reject) => {
      const asked = request(`${control.controlUrl}/api/proxy/echo/upload`, {
        method: 'POST',
        headers: { 'Content-Length': 11 * 1024 * 1024 },
      });
      asked.on('response', (response) => resolve(response.resume().statusCode));
      asked.on('error', reject);
      asked.flushHeaders();
    });
    expect(tooLarge).toBe(413);
  });

  test('a client that goes away cancels what it asked for', async () => {
    target.answer = () => {};
    const abort = new AbortController();
    const gone = call('/open/endless', { signal: abort.signal }).catch((error: Error) => error.name);
    await expect.poll(() => target.last.url).toBe('/endless');
    abort.abort();
    expect(await gone).toBe('AbortError');
    await expect.poll(() => target.closed).toContain('/endless');
  });

  test('a message that two readers could read differently is refused, and nothing behind it is served', async () => {
    const before = target.asked.length;
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(control.controlPort, '127.0.0.1');
      let text = '';
      socket.on('data', (piece) => {
        text += String(piece);
      });
      socket.on('close', () => resolve(text));
      socket.end('GET /api/proxy/open/x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\nGET /api/proxy/open/y HTTP/1.1\r\nHost: a\r\n\r\n');
    });
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400']);
    expect(target.asked.length).toBe(before);
  });
});

test('a changed configuration is live without a lost request; one that is not valid changes nothing', { timeout: 60_000 }, async () => {
  const [first, second] = [await EchoOrigin.start('first'), await EchoOrigin.start('second')];
  const proxyTo = (url: string) => ({
    proxy: { endpoints: { frobs: { target: url, credentials: 'dangerously-allow-unauthenticated', allowedHeaders: ['X-Origin'] } } },
  });
  const control = await Instance.start({ role: 'control', config: proxyTo(first.url) });
  try {
    const path = `${control.controlUrl}/api/proxy/frobs/x`;
    let running = true;
    const failures: unknown[] = [];
    const seen = new Set<string | null>();
    const load = Array.from({ length: 4 }, async () => {
      while (running) {
        try {
          const response = await fetch(path);
          await response.text();
          if (response.status === 200) seen.add(response.headers.get('x-origin'));
          else failures.push(response.status);
        } catch (error) {
          failures.push(error);
        }
      }
    });
    first.delayMs = 20;
    await control.write({ config: proxyTo(second.url) });
    control.process.signal('SIGHUP');
    await expect.poll(() => [...seen], { timeout: 10_000 }).toEqual(['first', 'second']);
    await control.write({ config: { proxy: { endpoints: { frobs: { target: 'nowhere' } } } } });
    control.process.signal('SIGHUP');
    await expect.poll(() => control.process.stderr, { timeout: 10_000 }).toContain('must be an absolute http, https or unix URL');
    await sleep(100);
    running = false;
    await Promise.all(load);
    expect(failures).toEqual([]);
    expect((await fetch(path)).headers.get('x-origin')).toBe('second');
    expect(await (await fetch(`${control.controlUrl}/metrics`)).text()).toContain('api="proxy/frobs"');

    await control.write({ config: {} });
    control.process.signal('SIGHUP');
    await expect.poll(async () => (await fetch(path)).status, { timeout: 10_000 }).toBe(404);
  } finally {
    await Promise.all([control.remove(), first.stop(), second.stop()]);
  }
});

test.runIf(canMakeCertificates)(
  'targets over HTTPS: their own authority is trusted where it is named, else only when nothing is checked',
  {
    timeout: 60_000,
  },
  async () => {
    const { certificate, key, ca } = makeSignedCertificate(['127.0.0.1', 'localhost']);
    const target = await new Target({ cert: certificate, key }).listen();
    const url = `https://127.0.0.1:${target.port}`;
    const open = { target: url, credentials: 'dangerously-allow-unauthenticated' };
    const control = await Instance.start({
      role: 'control',
      // Endpoints directly below proxy are the old form.
      config: {
        proxy: {
          skipInvalidProxies: true,
          '/trusted': { ...open, tls: { ca } },
          '/unknown': open,
          '/any': { ...open, secure: false },
          '/bad': 'nowhere',
        },
      },
    });
    try {
      const status = async (path: string) => (await fetch(`${control.controlUrl}/api/proxy${path}`)).status;
      expect([await status('/trusted/x'), await status('/unknown/x'), await status('/any/x'), await status('/bad/x')]).toEqual([
        200, 502, 200, 404,
      ]);
      expect(control.process.stderr).toMatch(/"endpoint":"\/bad".*left out/);
      expect(control.process.stderr).toContain('move them to proxy.endpoints');
    } finally {
      await Promise.all([control.remove(), target.stop()]);
    }
  },
);

test('gatehouse check says where an endpoint is wrong, and shows no secret', { timeout: 30_000 }, async () => {
  const instance = await Instance.prepare({
    role: 'control',
    config: {
      proxy: {
        endpoints: {
          a: { target: 'http://a', headers: { 'X-Key': 'line\nbreak-s3cret' } },
          b: { target: 'http://b', pathRewite: {} },
          c: { target: 'http://c', credentials: 'none' },
          d: { target: 'http://d', pathRewrite: { '(': '/' } },
          '/a/': 'http://a',
          e: { target: 'http://e', cors: { allowOrigin: ['*'] } },
        },
        '/f': 'http://f',
      },
    },
  });
  try {
    const { exit, output } = await runCommand(['check', `${instance.directory}/gatehouse.yaml`]);
    expect(exit).toBe(1);
    expect(output).toMatch(/gatehouse\.yaml:\d+:\d+.*the header X-Key must have a value/);
    expect(output).toMatch(/unknown key "pathRewite" in proxy\.endpoints\.b.*pathRewrite/);
    expect(output).toMatch(/proxy\.endpoints\.c\.credentials must be one of "require"/);
    expect(output).toMatch(/the key "\(".*is not a regular expression/);
    expect(output).toMatch(/the proxy endpoint "\/a\/" is there twice/);
    expect(output).toMatch(/unknown key "allowOrigin" in proxy\.endpoints\.e\.cors.*allowOrigins/);
    expect(output).toMatch(/the proxy endpoint "\/f" is not read beside proxy\.endpoints/);
    expect(output).not.toContain('s3cret');
  } finally {
    await instance.remove();
  }
});

import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { PortalFiles } from './portal-files.ts';

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

const PAGE = '<meta name="csp-nonce" content="__CSP_NONCE__"><div id="portal"></div>';

async function open(built = true) {
  const directory = await mkdtemp(join(tmpdir(), 'gatehouse-portal-'));
  ended.push(() => rm(directory, { recursive: true, force: true }));
  if (built) {
    await mkdir(join(directory, 'assets'));
    await writeFile(join(directory, 'index.html'), PAGE);
    await writeFile(join(directory, 'gatehouse.svg'), '<svg/>');
    await writeFile(join(directory, 'assets', 'main-1234.js'), 'export {};');
    await writeFile(join(directory, 'assets', 'main-1234.js.br'), brotliCompressSync('export {};'));
    await writeFile(join(directory, 'assets', 'main-1234.js.gz'), gzipSync('export {};'));
    await writeFile(join(directory, 'secret-beside.txt'), 'x');
  }
  const files = await PortalFiles.open(directory);
  const server = createServer((request, response) => {
    if (!files.handle(request, response)) response.writeHead(418).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ended.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const get = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers: { accept: 'text/html', ...init.headers } });
  return Object.assign(get, { directory });
}

test('every page of the portal is answered with its page, with a new nonce each time that its policy names', async () => {
  const get = await open();
  const nonces = await Promise.all(
    ['/', '/catalog?kind=API', '/catalog/default/API/petstore.v1/definition'].map(async (path) => {
      const answer = await get(path);
      expect([path, answer.status, answer.headers.get('cache-control')]).toEqual([path, 200, 'no-store']);
      const nonce = /content="([^"]+)"/.exec(await answer.text())?.[1] ?? '';
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy).toContain(`'nonce-${nonce}'`);
      expect(policy).not.toContain('unsafe');
      expect(policy).toContain("frame-ancestors 'none'");
      return nonce;
    }),
  );
  expect(new Set(nonces).size).toBe(3);
});

test('files with a hash in their name are kept by browsers, others are asked for again', async () => {
  const get = await open();
  const asset = await get('/assets/main-1234.js');
  expect([asset.status, asset.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
  const icon = await get('/gatehouse.svg');
  expect([icon.status, icon.headers.get('cache-control')]).toEqual([200, 'no-cache']);
});

test('a file that went from the disk is served as it was at the start, whatever part of it is asked for', async () => {
  const get = await open();
  await rm(join(get.directory, 'assets'), { recursive: true });
  for (const range of ['bytes=5-2', 'bytes=0-1', 'bytes=90-', 'lines=1-2']) {
    const answer = await get('/assets/main-1234.js', { headers: { range } });
    expect([range, answer.status, await answer.text()]).toEqual([range, 200, 'export {};']);
  }
});

test('a browser gets what it can unpack, and nothing when it has it already', async () => {
  const get = await open();
  const take = async (field: string, more: Record<string, string> = {}) => {
    const answer = await get('/assets/main-1234.js', { headers: { 'accept-encoding': field, ...more } });
    return [answer.status, answer.headers.get('content-encoding'), await answer.text()];
  };
  expect(await take('gzip, br')).toEqual([200, 'br', 'export {};']);
  expect(await take('gzip, br;q=0')).toEqual([200, 'gzip', 'export {};']);
  expect(await take('identity')).toEqual([200, null, 'export {};']);
  const etag = (await get('/gatehouse.svg')).headers.get('etag') ?? '';
  expect((await get('/gatehouse.svg', { headers: { 'if-none-match': etag } })).status).toBe(304);
  expect((await get('/assets/main-1234.js.br', { headers: { accept: '*/*' } })).status).toBe(404);
});

test('an asset of another version is not found instead of being answered with the page', async () => {
  const get = await open();
  expect((await get('/assets/main-0000.js')).status).toBe(404);
  expect((await get('/favicon.ico', { headers: { accept: 'image/*' } })).status).toBe(404);
});

test.each(['/api', '/api/v2/x', '/api/nothing'])('the portal leaves %s alone', async (path) => {
  expect((await (await open())(path)).status).toBe(418);
});

test('the portal leaves what is no reading alone', async () => {
  expect((await (await open())('/catalog', { method: 'POST' })).status).toBe(418);
});

test.each(['/..%2f..%2fetc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/assets/..%5c..%5cindex.html', '/%00', '/%'])(
  'no file outside of the portal is served: %s',
  async (path) => {
    const answer = await (await open())(path, { headers: { accept: '*/*' } });
    expect(answer.status).toBe(404);
  },
);

test('a portal that is not built says so', async () => {
  const answer = await (await open(false))('/');
  expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('npm run build')]);
});

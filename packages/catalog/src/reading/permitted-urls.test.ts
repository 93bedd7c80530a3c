import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { PermittedUrls } from './permitted-urls.ts';

/** A server, and a reader that may read it below /docs/. */
async function set() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization ?? 'anonymous'}`);
    if (request.url === '/docs/moved') response.writeHead(302, { location: '/docs/new.yaml' }).end();
    else if (request.url === '/docs/out') response.writeHead(302, { location: '/admin' }).end();
    else if (request.url === '/docs/huge') response.end(Buffer.alloc(10 * 1024 * 1024 + 1));
    else if (request.url === '/docs/never') response.writeHead(200).write('a');
    else response.end(`it is ${request.url}`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  const urls = new PermittedUrls({ allow: [{ host, paths: ['/docs/'] }] });
  onTestFinished(async () => {
    urls.close();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const read = (path: string, signal = AbortSignal.timeout(5_000)) => urls.read(`http://${host}${path}`, signal);
  return { asked, host, port, urls, read };
}

test('what is allowed is read anonymously, and told with where it was in the end', async () => {
  const { asked, host, read } = await set();
  expect(await read('/docs/moved')).toEqual({ text: 'it is /docs/new.yaml', url: `http://${host}/docs/new.yaml` });
  expect(asked).toEqual(['/docs/moved anonymous', '/docs/new.yaml anonymous']);
});

test('everything else is refused with the reason, and not asked for: other paths, hosts, schemes, and where redirects lead', async () => {
  const { asked, port, read, urls } = await set();
  const signal = AbortSignal.timeout(5_000);
  const refused = [
    await read('/admin'),
    await read('/docs/out'),
    await read('/docs/..%2fadmin'),
    await urls.read(`http://localhost:${port}/docs/a`, signal),
    await urls.read('http://169.254.169.254/docs/a', signal),
    await urls.read('file:///etc/passwd', signal),
    await urls.read('s3://bucket/docs/a', signal),
  ];
  for (const result of refused) expect(result).toEqual({ refused: expect.stringMatching(/not allowed|not read/) });
  expect(asked).toEqual(['/docs/out anonymous']);
});

test('what is too large or does not come is given up', async () => {
  const { read } = await set();
  expect(await read('/docs/huge')).toEqual({ refused: expect.stringContaining('is larger than') });
  expect(await read('/docs/never', AbortSignal.timeout(50))).toEqual({ refused: 'reading took too long' });
});

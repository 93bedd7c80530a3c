import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReadOptions } from './content.ts';
import { ReadingError } from './reading-error.ts';
import { ReadingPolicy, type ReadingPolicyConfig } from './reading-policy.ts';
import { UrlReader, type UrlReaderOptions } from './url-reader.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const seen: { url: string; headers: IncomingMessage['headers'] }[] = [];
let port = 0;
const server = createServer((request, response) => {
  seen.push({ url: request.url ?? '', headers: request.headers });
  const answer = ANSWERS[request.url ?? ''];
  if (answer !== undefined) answer(request, response);
  else response.writeHead(404).end();
});

function redirectTo(location: () => string): Answer {
  return (_, response) => response.writeHead(302, { location: location() }).end();
}

const ANSWERS: Record<string, Answer> = {
  '/text': (request, response) => {
    if (request.headers['if-none-match'] === '"1"') return response.writeHead(304).end();
    response.writeHead(200, { etag: '"1"', 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT' });
    return response.end('\uFEFFa: é');
  },
  '/dated': (request, response) => {
    response.writeHead(request.headers['if-modified-since'] === 'Mon, 01 Jan 2024 00:00:00 GMT' ? 304 : 200).end('x');
  },
  '/gzip': (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('packed')),
  '/bomb': (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(10_000_000))),
  '/endless': (_, response) => {
    response.writeHead(200);
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    };
    response.on('drain', more);
    more();
  },
  '/silent': () => undefined,
  '/stalled': (_, response) => {
    response.writeHead(200, { 'content-length': 10 });
    response.write('x');
  },
  '/cut': (_, response) => {
    response.writeHead(200, { 'content-length': 10 });
    response.write('x', () => response.destroy());
  },
  '/error': (_, response) => response.writeHead(500).end('secret'),
  '/to-text': redirectTo(() => '/text'),
  '/to-elsewhere': redirectTo(() => `http://127.0.0.1:${port}/text`),
  '/to-metadata': redirectTo(() => 'http://169.254.169.254/latest/meta-data'),
  '/to-file': redirectTo(() => 'file:///etc/passwd'),
  '/circle': redirectTo(() => '/circle'),
};

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Reads from the server, called `localhost` unless the settings say otherwise. */
async function read(
  path: string,
  options: ReadOptions = {},
  more: Partial<UrlReaderOptions> = {},
  config?: ReadingPolicyConfig,
  host = 'localhost',
) {
  const policy = new ReadingPolicy(config ?? { allow: [{ host: `localhost:${port}` }] });
  const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
  const reader = new UrlReader({ policy, resolve, ...more });
  try {
    return await reader.read({ type: 'url', target: `http://${host}:${port}${path}` }, options);
  } finally {
    reader.close();
  }
}

async function refusal(...call: Parameters<typeof read>): Promise<{ code: string; message: string }> {
  const error: unknown = await read(...call).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ReadingError)) throw new Error(`expected a refusal, got ${String(error)}`);
  return { code: error.code, message: error.message };
}

describe('content', () => {
  it('comes with what its server says of its version, and not again while that is the same', async () => {
    const first = await read('/text');
    expect(first).toEqual({
      notModified: false,
      text: 'a: é',
      hash: expect.stringMatching(/^[\w-]{43}$/),
      etag: '"1"',
      lastModified: 'Mon, 01 Jan 2024 00:00:00 GMT',
      target: `http://localhost:${port}/text`,
    });
    expect(await read('/text', { known: { etag: '"1"' } })).toEqual({ notModified: true });
    expect(await read('/dated', { known: { lastModified: 'Mon, 01 Jan 2024 00:00:00 GMT' } })).toEqual({ notModified: true });
    expect(await read('/text', { known: { etag: '"0"' } })).toMatchObject({ notModified: false });
  });

  it('that is compressed is unpacked, and counted unpacked', async () => {
    expect(await read('/gzip')).toMatchObject({ text: 'packed' });
    expect(await refusal('/bomb', { bytesMax: 1_000_000 })).toMatchObject({ code: 'too-large' });
  });

  it('without an end is left at the limit', async () => {
    expect(await refusal('/endless', { bytesMax: 1_000_000 })).toEqual({
      code: 'too-large',
      message: `http://localhost:${port}/endless is larger than 1000000 bytes, more than the catalog reads from one place`,
    });
  });

  it('that does not come in time, or not whole, is no content', async () => {
    expect(await refusal('/silent', {}, { responseTimeoutMs: 50 })).toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('did not answer within 0.05 s'),
    });
    expect(await refusal('/stalled', {}, { totalTimeoutMs: 100 })).toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('was not read within 0.1 s'),
    });
    expect(await refusal('/cut')).toMatchObject({ code: 'unreachable' });
  });

  it('that does not exist is told from a server that fails', async () => {
    expect(await refusal('/none')).toMatchObject({ code: 'not-found' });
    expect(await refusal('/error')).toEqual({
      code: 'status',
      message: `http://localhost:${port}/error could not be read, the server answered with status 500`,
    });
  });
});

describe('a redirect', () => {
  it('is followed where the settings allow what it leads to', async () => {
    expect(await read('/to-text')).toMatchObject({ text: 'a: é', target: `http://localhost:${port}/text` });
  });

  it.each(['/to-elsewhere', '/to-metadata', '/to-file', '/circle'])('%s is refused', async (path) => {
    seen.length = 0;
    const { code, message } = await refusal(path);
    expect({ path, code }).toEqual({
      path,
      code: { '/to-file': 'invalid-target', '/circle': 'too-many-redirects' }[path] ?? 'not-allowed',
    });
    if (path !== '/circle') expect(message).toContain('A redirect is not followed: ');
    expect(seen.length).toBe(path === '/circle' ? 6 : 1);
  });

  it('does not carry the headers of one host to another', async () => {
    seen.length = 0;
    const headersFor = (url: URL) => (url.hostname === 'localhost' ? { authorization: 'Bearer secret' } : undefined);
    const config = { allow: [{ host: `localhost:${port}` }, { host: `127.0.0.1:${port}` }] };
    await read('/to-elsewhere', {}, { headersFor }, config);
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer secret', undefined]);
  });
});

describe('a name', () => {
  const allowed = (): ReadingPolicyConfig => ({ allow: [{ host: `example.com:${port}` }] });

  it('that leads into the private network is not connected to', async () => {
    seen.length = 0;
    expect(await refusal('/text', {}, {}, allowed(), 'example.com')).toEqual({
      code: 'private-address',
      message: `example.com:${port} leads to 127.0.0.1, which is not a public address; add private: true to its entry in backend.reading.allow if that is meant`,
    });
    const mixed = async () => [
      { address: '8.8.8.8', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ];
    expect(await refusal('/text', {}, { resolve: mixed }, allowed(), 'example.com')).toMatchObject({ code: 'private-address' });
    expect(seen).toEqual([]);
  });

  it('is resolved once, so that a second answer cannot lead elsewhere than the one that was checked', async () => {
    let asked = 0;
    const resolve = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '127.0.0.2', family: 4 }];
    const config = { allow: [{ host: `example.com:${port}`, private: true }] };
    expect(await read('/text', {}, { resolve }, config, 'example.com')).toMatchObject({ text: 'a: é' });
    expect(asked).toBe(1);
  });

  it('that does not exist is said to be unreachable', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
    expect(await refusal('/text', {}, { resolve })).toMatchObject({ code: 'unreachable', message: expect.stringContaining('ENOTFOUND') });
  });
});

it('no more requests run at a time than are allowed', async () => {
  const policy = new ReadingPolicy({ allow: [{ host: `localhost:${port}` }] });
  let running = 0;
  let most = 0;
  const resolve = async () => {
    most = Math.max(most, ++running);
    await new Promise((done) => setImmediate(done));
    running--;
    return [{ address: '127.0.0.1', family: 4 }];
  };
  const reader = new UrlReader({ policy, resolve, concurrency: 3 });
  await Promise.all(Array.from({ length: 20 }, () => reader.read({ type: 'url', target: `http://localhost:${port}/text` })));
  reader.close();
  expect(most).toBeLessThanOrEqual(3);
});

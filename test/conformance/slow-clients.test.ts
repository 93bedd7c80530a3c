import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { proxyConfig } from '../support/config.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { head } from '../support/origin-script.ts';
import { type RawClient, withClient } from '../support/raw-client.ts';
import { ScriptedOrigin } from '../support/scripted-origin.ts';

/** Short, so that the suite is; the pauses of clients who are slow and still allowed are a fraction of them. */
const LIMITS = { headersTimeout: '600ms', bodyTimeout: '600ms', requestTimeout: '2s', idleTimeout: '600ms' };

let origin: ScriptedOrigin;
let gateway: RunningGateway;

beforeAll(async () => {
  origin = await ScriptedOrigin.start();
  gateway = await startGateway({ config: proxyConfig(origin.url, { gateway: { limits: LIMITS } }) });
});

afterAll(async () => {
  await gateway?.stop();
  await origin?.stop();
});

const POST = ['POST /slow HTTP/1.1', 'Host: gw.example'];

interface SlowRecord {
  id: string;
  rule: string;
  /** What the client sends before it goes silent, or drips. */
  begin: string;
  /** Sent again and again, with the pause between, until the gateway closes. */
  drip?: { bytes: string; pauseMs: number };
  /** `head`: the backend must not have heard of it. `body`: it must not have got a whole request. */
  cutIn: 'head' | 'body';
}

/** Cut by their timeouts: 408 and the end of the connection (RFC 9110 section 15.5.9). */
const tooSlow: readonly SlowRecord[] = [
  { id: 'a request line that stops', rule: 'headersTimeout', begin: 'GET /slow HT', cutIn: 'head' },
  { id: 'fields that stop', rule: 'headersTimeout', begin: 'GET /slow HTTP/1.1\r\nHost: gw.example\r\nX-A: ', cutIn: 'head' },
  { id: 'a head without its empty line', rule: 'headersTimeout', begin: 'GET /slow HTTP/1.1\r\nHost: gw.example\r\n', cutIn: 'head' },
  {
    id: 'fields that drip (slowloris)',
    rule: 'headersTimeout is for the whole head, not for each piece',
    begin: 'GET /slow HTTP/1.1\r\nHost: gw.example\r\n',
    drip: { bytes: 'X-A: b\r\n', pauseMs: 50 },
    cutIn: 'head',
  },
  { id: 'a body that never begins', rule: 'bodyTimeout', begin: head(...POST, 'Content-Length: 10'), cutIn: 'body' },
  { id: 'a body that stops', rule: 'bodyTimeout', begin: `${head(...POST, 'Content-Length: 10')}hello`, cutIn: 'body' },
  { id: 'chunks that stop', rule: 'bodyTimeout', begin: `${head(...POST, 'Transfer-Encoding: chunked')}5\r\nhello\r\n`, cutIn: 'body' },
  { id: 'a chunk that stops', rule: 'bodyTimeout', begin: `${head(...POST, 'Transfer-Encoding: chunked')}5\r\nhe`, cutIn: 'body' },
  { id: 'trailers that stop', rule: 'bodyTimeout', begin: `${head(...POST, 'Transfer-Encoding: chunked')}0\r\nX-A: `, cutIn: 'body' },
  {
    id: 'a body that drips for ever',
    rule: 'requestTimeout is for the whole request',
    begin: head(...POST, 'Content-Length: 1000000'),
    drip: { bytes: 'x', pauseMs: 50 },
    cutIn: 'body',
  },
];

async function drip(client: RawClient, { bytes, pauseMs }: { bytes: string; pauseMs: number }): Promise<void> {
  while (client.closedHow === undefined && client.unread.length === 0) {
    client.send(bytes);
    await sleep(pauseMs);
  }
}

describe.concurrent('a client that is too slow gets 408 and is closed', () => {
  for (const [i, record] of tooSlow.entries()) {
    test(`${record.id} (${record.rule})`, async () => {
      const target = `/slow/${i}`;
      await withClient(gateway.port, async (client) => {
        client.send(record.begin.replace('/slow', target));
        const [response] = await Promise.all([client.response(), record.drip && drip(client, record.drip)]);
        expect(response.status).toBe(408);
        expect(response.json()).toMatchObject({ status: 408, code: 'request.timeout' });
        expect(response.header('connection')?.toLowerCase()).toBe('close');
        await client.closed();
        expect(client.unread.toString()).toBe('');
      });
      const seen = origin.requests.filter((request) => request.target === target);
      if (record.cutIn === 'head') expect(seen).toEqual([]);
      await origin.until('the cut request is closed', () => seen.every(({ closed }) => closed));
      expect(seen.filter(({ complete }) => complete)).toEqual([]);
    });
  }
});

describe.concurrent('a client that is slow within its timeouts is served', () => {
  test('a body whose pauses are shorter than bodyTimeout', async () => {
    await withClient(gateway.port, async (client) => {
      client.send(head('POST /patient HTTP/1.1', 'Host: gw.example', 'Content-Length: 5'));
      for (const letter of 'hello') {
        client.send(letter);
        await sleep(150);
      }
      expect((await client.response()).status).toBe(200);
    });
  });

  test('a backend that takes longer than the timeouts for clients', async () => {
    origin.script('/long-answer', ['request-end', { waitMs: 900 }, { send: `${head('HTTP/1.1 200 OK', 'Content-Length: 2')}ok` }]);
    await withClient(gateway.port, async (client) => {
      client.send(head('GET /long-answer HTTP/1.1', 'Host: gw.example'));
      expect((await client.response()).text).toBe('ok');
    });
  });
});

describe.concurrent('idle connections are closed without a word (idleTimeout)', () => {
  test('one that was never used, though 408 is allowed there', async () => {
    await withClient(gateway.port, async (client) => {
      await client.closed();
      // RFC 9110 section 15.5.9; nothing else may come, as nothing was asked.
      expect(client.received.toString()).toMatch(/^(?:HTTP\/1\.1 408 |$)/);
    });
  });

  test('one that was used', async () => {
    await withClient(gateway.port, async (client) => {
      client.send(head('GET /idle HTTP/1.1', 'Host: gw.example'));
      expect((await client.response()).status).toBe(200);
      await client.closed();
      expect(client.unread.toString()).toBe('');
    });
  });
});

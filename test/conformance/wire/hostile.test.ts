import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { proxyConfig } from '../../support/config.ts';
import { EndlessOrigin } from '../../support/endless-origin.ts';
import { type Flood, flood, stable } from '../../support/flood.ts';
import { type RunningGateway, startGateway } from '../../support/gateway.ts';
import { answer, head } from '../../support/origin-script.ts';
import { processMemory } from '../../support/process-memory.ts';
import { RawClient, withClient } from '../../support/raw-client.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { WIRES } from '../../support/wires.ts';

const MIB = 1024 * 1024;
/**
 * What a gateway may take more under an attack, garbage that waits for its collection included. Without a bound there would be no end. Node's wire reads on
 * for a while before it stops, the longer the slower the machine is.
 */
const GROWTH_MAX = { own: 128 * MIB, node: 384 * MIB };
const LIMITS = { headerBytes: 8_192, bodyBytes: 16_384, headersTimeout: '2s', bodyTimeout: '2s', requestTimeout: '10s' };
const POST = ['POST /orders HTTP/1.1', 'Host: gw.example'];
const CHUNKED = head(...POST, 'Transfer-Encoding: chunked');

const TOO_LARGE = /^HTTP\/1\.1 431 /;
const IN_BODY = /^HTTP\/1\.1 (?:400|413|431) /;
/** llhttp counts neither spaces nor zeros: through node:http these end with headersTimeout, or with bodyTimeout. */
const IN_TIME = /^HTTP\/1\.1 (?:400|408|413|431) /;
/** Far more than is taken before a bound is met, with what is on its way in the system's buffers. */
const TAKEN_MAX = 32 * MIB;

interface EndlessRecord {
  id: string;
  rule: string;
  begin: string;
  /** Sent again and again, as fast as it is taken, until the gateway closes. */
  again: string;
  /** What the answer begins with, when there is one. */
  answer: RegExp;
}

/** Nothing of these is ever complete, and the gateway must not wait for it. */
const ENDLESS: readonly EndlessRecord[] = [
  { id: 'a method', rule: 'RFC 9112 section 3', begin: '', again: 'G'.repeat(1_000), answer: /^HTTP\/1\.1 (?:400|414|431|501) / },
  { id: 'a target', rule: 'RFC 9112 section 3', begin: 'GET /', again: 'a'.repeat(1_000), answer: /^HTTP\/1\.1 (?:414|431) / },
  { id: 'a name', rule: 'RFC 6585 section 5', begin: 'GET / HTTP/1.1\r\n', again: 'X'.repeat(1_000), answer: TOO_LARGE },
  { id: 'a value', rule: 'RFC 6585 section 5', begin: 'GET / HTTP/1.1\r\nX-A: ', again: 'a'.repeat(1_000), answer: TOO_LARGE },
  { id: 'spaces before a value', rule: 'RFC 6585 section 5', begin: 'GET / HTTP/1.1\r\nX-A:', again: ' '.repeat(1_000), answer: IN_TIME },
  { id: 'fields', rule: 'RFC 6585 section 5', begin: 'GET / HTTP/1.1\r\n', again: 'X-A: b\r\n'.repeat(100), answer: TOO_LARGE },
  { id: 'a chunk size', rule: 'RFC 9112 section 7.1', begin: CHUNKED, again: '0'.repeat(1_000), answer: IN_TIME },
  { id: 'a chunk extension', rule: 'RFC 9112 section 7.1.1', begin: `${CHUNKED}5;a=`, again: 'b'.repeat(1_000), answer: IN_BODY },
  { id: 'chunk extensions', rule: 'RFC 9112 section 7.1.1', begin: `${CHUNKED}5`, again: ';a=b'.repeat(250), answer: IN_BODY },
  { id: 'a trailer', rule: 'RFC 9112 section 7.1.2', begin: `${CHUNKED}0\r\nX-A: `, again: 'b'.repeat(1_000), answer: IN_BODY },
  { id: 'trailers', rule: 'RFC 9112 section 7.1.2', begin: `${CHUNKED}0\r\n`, again: 'X-A: b\r\n'.repeat(100), answer: IN_BODY },
  { id: 'chunks with extensions', rule: 'bodyBytes', begin: CHUNKED, again: `1;a=${'b'.repeat(50)}\r\nx\r\n`.repeat(20), answer: IN_BODY },
];

for (const wire of WIRES) {
  describe(`gateway.wire: ${wire.name}`, () => {
    let origin: ScriptedOrigin;
    let gateway: RunningGateway;

    beforeAll(async () => {
      origin = await ScriptedOrigin.start();
      gateway = await startGateway({ config: proxyConfig(origin.url, { gateway: { ...wire.gateway, limits: LIMITS } }) });
      await serveOthers(20);
    });

    afterAll(async () => {
      await gateway?.stop();
      await origin?.stop();
    });

    /** An ordinary client, on new connections. */
    async function serveOthers(times: number): Promise<void> {
      for (let i = 0; i < times; i++) {
        await withClient(gateway.port, async (client) => {
          client.send(head('GET /others HTTP/1.1', 'Host: gw.example'));
          expect((await client.response()).status).toBe(200);
        });
      }
    }

    /** Runs it, and demands that the gateway has grown by no more than a bound. */
    async function expectBounded(attack: () => Promise<void>, { process } = gateway): Promise<void> {
      const { pid } = process.child;
      const before = await processMemory(pid);
      await attack();
      const after = await processMemory(pid);
      if (before !== undefined && after !== undefined)
        expect(after - before, 'bytes grown').toBeLessThan(GROWTH_MAX[wire.name === 'own' ? 'own' : 'node']);
    }

    describe('what never ends is refused while it comes', () => {
      for (const record of ENDLESS) {
        test(`${record.id} (${record.rule})`, async () => {
          const attack = await flood(gateway.port, record.again, record.begin);
          const received = await attack.closed();
          if (wire.name === 'own') expect(attack.taken, 'bytes taken').toBeLessThan(TAKEN_MAX);
          // Who sends on may lose the answer to the reset that ends it.
          if (received !== '') expect(received).toMatch(record.answer);
          await serveOthers(1);
        });
      }
    });

    test('500 idle connections and 100 that drip their heads leave room for others', async () => {
      const clients: RawClient[] = [];
      try {
        await expectBounded(async () => {
          for (let i = 0; i < 600; i++) clients.push(await RawClient.open(gateway.port));
          for (const client of clients.slice(500)) client.send('GET / HTTP/1.1\r\nHost: gw.ex');
          for (let round = 0; round < 5; round++) {
            for (const client of clients.slice(500)) client.send('a');
            await serveOthers(10);
          }
        });
        expect(clients.slice(0, 500).filter(({ closedHow }) => closedHow !== undefined)).toEqual([]);
      } finally {
        for (const client of clients) client.destroy();
      }
    });

    test('200 clients that reset their connections, at every point of a request, disturb nobody', async () => {
      const request = `${head(...POST, 'Content-Length: 20')}0123456789`;
      await expectBounded(async () => {
        await Promise.all(
          Array.from({ length: 200 }, async (_, i) => {
            const client = await RawClient.open(gateway.port);
            client.send(request.slice(0, Math.floor((request.length * i) / 199)));
            if (i % 2 === 0) await sleep(i / 20);
            client.reset();
          }),
        );
        await serveOthers(10);
      });
      expect(gateway.process.exit).toBeUndefined();
      await origin.until('broken-off requests are closed', () => origin.requestsOf('').every(({ complete, closed }) => complete || closed));
    });

    test('a client that sends requests and reads no answers is not read on', async () => {
      const body = 'x'.repeat(10_000);
      origin.script('/much', ['request-end', { send: answer('200 OK', [], body) }]);
      const request = head('GET /much HTTP/1.1', 'Host: gw.example').repeat(100);
      const flooding = await flood(gateway.port, request);
      try {
        await expectBounded(async () => {
          await flooding.stalled();
          await serveOthers(10);
        });
      } finally {
        flooding.socket.destroy();
      }
    });

    describe('whoever is slow holds up the other side, and nobody else', () => {
      let source: EndlessOrigin;
      let slow: RunningGateway;

      beforeAll(async () => {
        source = await EndlessOrigin.start();
        const limits = { ...LIMITS, bodyBytes: 1024 * MIB, bodyTimeout: '20s', requestTimeout: '60s' };
        slow = await startGateway({ config: proxyConfig(source.url, { gateway: { ...wire.gateway, limits } }) });
        await serveShort();
      });

      afterAll(async () => {
        // A client that leaves while it is held up is only noticed when it is read on.
        await slow?.stop('SIGKILL');
        await source?.stop();
      });

      async function serveShort(): Promise<void> {
        await withClient(slow.port, async (client) => {
          client.send(head('GET /short HTTP/1.1', 'Host: gw.example'));
          expect((await client.response()).text).toBe('short');
        });
      }

      test('twenty clients that do not read what comes without end', async () => {
        const sockets: Socket[] = [];
        try {
          await expectBounded(async () => {
            for (let i = 0; i < 20; i++) {
              const socket = connect({ port: slow.port, host: '127.0.0.1' }).on('error', () => socket.destroy());
              socket.pause();
              socket.write(head('GET /endless HTTP/1.1', 'Host: gw.example'));
              sockets.push(socket);
            }
            await stable(() => (source.streams < 20 ? -1 : source.sent));
            await serveShort();
          }, slow);
        } finally {
          for (const socket of sockets) socket.destroy();
        }
      });

      test('five uploads that the backend does not read', async () => {
        const begin = head(...POST, `Content-Length: ${1024 * MIB}`);
        const uploads: Flood[] = [];
        try {
          await expectBounded(async () => {
            for (let i = 0; i < 5; i++) uploads.push(await flood(slow.port, 'x'.repeat(65_536), begin));
            await Promise.all(uploads.map((upload) => upload.stalled()));
            await serveShort();
          }, slow);
        } finally {
          for (const { socket } of uploads) socket.destroy();
        }
      });
    });
  });
}

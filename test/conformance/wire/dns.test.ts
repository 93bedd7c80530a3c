import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAskHost } from '../../../packages/gateway/src/wire/dns/ask-host.ts';
import { DnsServer } from '../../support/dns-server.ts';
import { type InProcessGateway, startInProcess } from '../tls/in-process-gateway.ts';

/** Two backends on one port, each with an address of its own. */
const FIRST = '127.0.0.1';
const SECOND = '127.0.0.2';

describe('a backend by its name', () => {
  let dns: DnsServer;
  let servers: Server[];
  let gateway: InProcessGateway;
  let checks = 0;

  function backend(name: string): Server {
    return createServer((request, response) => {
      if (request.url === '/health') checks++;
      // Every request is on a connection of its own, so that each asks where its host is.
      response.writeHead(200, { Connection: 'close' }).end(name);
    });
  }

  beforeAll(async () => {
    dns = await DnsServer.start();
    dns.a.set('orders.test', [FIRST]);
    dns.ttlSeconds = 0;
    const [first, second] = [backend('first'), backend('second')];
    servers = [first, second];
    await new Promise<void>((resolve) => first.listen(0, FIRST, resolve));
    const { port } = first.address() as AddressInfo;
    await new Promise<void>((resolve) => second.listen(port, SECOND, resolve));
    const healthCheck = { path: '/health', intervalMs: 100, timeoutMs: 1000, healthyAfter: 1, unhealthyAfter: 3 };
    gateway = await startInProcess({
      certificates: [],
      backend: { targets: [{ url: `http://orders.test:${port}`, weight: 1 }], healthCheck },
      gateway: { tls: undefined, dns: { servers: [dns.address], minTtl: '200ms' } },
    });
  });

  afterAll(async () => {
    await gateway?.stop();
    for (const server of servers) server.close();
    await dns?.stop();
  });

  async function get(): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${gateway.threads.port}/`);
    return `${response.status} ${await response.text()}`;
  }

  async function until(expected: string): Promise<void> {
    const deadlineMs = Date.now() + 5_000;
    while ((await get()) !== expected) {
      if (Date.now() > deadlineMs) throw new Error(`It was never ${expected}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  test('requests and health checks follow DNS, and go on when it does not answer any more', async () => {
    expect(await get()).toBe('200 first');
    dns.a.set('orders.test', [SECOND]);
    await until('200 second');
    dns.silent = true;
    const before = checks;
    await new Promise((resolve) => setTimeout(resolve, 700));
    for (let i = 0; i < 5; i++) expect(await get()).toBe('200 second');
    expect(checks).toBeGreaterThan(before);
    dns.silent = false;
    dns.a.set('orders.test', [FIRST]);
    await until('200 first');
  });
});

describe('what DNS says of a host', () => {
  let dns: DnsServer;

  beforeEach(async () => {
    dns = await DnsServer.start();
  });

  afterEach(() => dns.stop());

  test('is its addresses of both families, and for how long', async () => {
    dns.a.set('pets.test', ['127.0.0.1', '127.0.0.2']);
    dns.aaaa.set('pets.test', ['0:0:0:0:0:0:0:1']);
    dns.ttlSeconds = 42;
    const { addresses, ttlMs } = await createAskHost([dns.address])('pets.test');
    expect(addresses.map(({ address }) => address).sort()).toEqual(['127.0.0.1', '127.0.0.2', '::1']);
    expect(ttlMs).toBe(42_000);
  });

  test('is not asked for names that are not its own: those of the hosts file, and names without a dot', async () => {
    const ask = createAskHost([dns.address]);
    expect((await ask('localhost')).ttlMs).toBeNull();
    await expect(ask('no-such-name-here')).rejects.toThrow();
    expect(dns.asked).toEqual([]);
  });

  test('that there is no such host leaves it to the system, and so does no answer', async () => {
    const ask = createAskHost([dns.address]);
    await expect(ask('nobody.invalid')).rejects.toMatchObject({ code: expect.stringMatching(/^(?:ENOTFOUND|EAI_AGAIN)$/) });
    expect(dns.asked).toEqual(['nobody.invalid']);
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Command, runCommand } from '../support/command.ts';
import { proxyConfig } from '../support/config.ts';
import { type RunningGateway, startGateway, until } from '../support/gateway.ts';
import { answer, head } from '../support/origin-script.ts';
import { freePort } from '../support/ports.ts';
import { NoAnswerError, RawClient, withClient } from '../support/raw-client.ts';
import { ScriptedOrigin } from '../support/scripted-origin.ts';

let origin: ScriptedOrigin;

beforeAll(async () => {
  origin = await ScriptedOrigin.start();
});

afterAll(async () => {
  await origin?.stop();
});

const get = (path: string) => head(`GET ${path} HTTP/1.1`, 'Host: gw.example');

async function withGateway(gatewaySettings: Record<string, unknown>, use: (gateway: RunningGateway) => Promise<void>): Promise<void> {
  const gateway = await startGateway({ config: proxyConfig(origin.url, { gateway: gatewaySettings }), threads: 2 });
  try {
    await use(gateway);
  } finally {
    await gateway.stop('SIGKILL');
  }
}

test.each(['SIGTERM', 'SIGINT'] as const)('%s: what is in flight ends, nothing new is accepted, and the exit code is 0', async (signal) => {
  await withGateway({}, async (gateway) => {
    const path = `/slow/${signal}`;
    const gate = Promise.withResolvers<void>();
    origin.script(path, ['request-end', { waitFor: gate.promise }, { send: answer('200 OK', [], 'in the end') }]);
    const [busy, idle] = await Promise.all([RawClient.open(gateway.port), RawClient.open(gateway.port)]);
    try {
      idle.send(get('/before'));
      expect((await idle.response()).status).toBe(200);
      busy.send(get(path));
      await origin.until('it is in flight', () => origin.requests.some(({ target }) => target === path));

      gateway.process.signal(signal);
      await idle.closed();
      await until('new connections are refused', gateway.process, 10_000, () => isRefused(gateway.port));
      expect((await fetch(`${gateway.adminUrl}/readyz`)).status).toBe(503);
      expect(gateway.process.exit).toBeUndefined();

      gate.resolve();
      const response = await busy.response();
      expect(response.text).toBe('in the end');
      expect(response.header('connection')?.toLowerCase()).toBe('close');
      await busy.closed();
      expect(await gateway.process.exited).toBe(0);
    } finally {
      busy.destroy();
      idle.destroy();
    }
  });
});

test('what does not end within drainTimeout is cut off, and the exit code is 0', async () => {
  origin.script('/never', ['request-end', 'stall']);
  await withGateway({ drainTimeout: '500ms' }, async (gateway) => {
    await withClient(gateway.port, async (client) => {
      client.send(get('/never'));
      await origin.until('it is in flight', () => origin.requests.some(({ target }) => target === '/never'));
      gateway.process.signal('SIGTERM');
      await client.closed();
    });
    expect(await gateway.process.exited).toBe(0);
  });
});

test('under load, every request that has reached its backend when the end comes is answered', async () => {
  await withGateway({}, async (gateway) => {
    const unanswered: string[] = [];
    let sent = 0;
    let answers = 0;
    const client = async () => {
      for (;;) {
        let connection: RawClient;
        try {
          connection = await RawClient.open(gateway.port);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^ECONN(REFUSED|RESET)$/) });
          return;
        }
        const path = `/load/${sent++}`;
        try {
          connection.send(get(path));
          expect((await connection.response()).status).toBe(200);
          answers++;
        } catch (error) {
          if (!(error instanceof NoAnswerError)) throw error;
          unanswered.push(path);
        } finally {
          connection.destroy();
        }
      }
    };
    const clients = Array.from({ length: 8 }, client);
    await until('there is load', gateway.process, 10_000, () => answers > 200);
    gateway.process.signal('SIGTERM');
    await Promise.all(clients);
    expect(await gateway.process.exited).toBe(0);
    // What was still on its way to the process when it stopped accepting may be refused; what it had begun may not.
    expect(unanswered.filter((path) => origin.requests.some(({ target }) => target === path))).toEqual([]);
  });
});

/** Starts a second instance with these ports beside a running one. */
async function startSecond(gateway: RunningGateway, port: number, adminPort: number): Promise<Command> {
  const file = join(gateway.directory, 'second.json');
  const settings = { listen: { host: '127.0.0.1', port }, admin: { listen: { host: '127.0.0.1', port: adminPort } } };
  await writeFile(file, JSON.stringify(proxyConfig(origin.url, { gateway: settings })));
  return runCommand(['start', '--config', file, '--role', 'gateway', '--data', join(gateway.directory, 'second')]);
}

const adminPortOf = (gateway: RunningGateway) => Number(new URL(gateway.adminUrl).port);

test.each([
  ['gateway', async (gateway: RunningGateway) => [gateway.port, await freePort(), gateway.port] as const],
  ['admin', async (gateway: RunningGateway) => [await freePort(), adminPortOf(gateway), adminPortOf(gateway)] as const],
])('a second instance on the same %s port names the port and ends with 1, and the first one serves on', async (_, ports) => {
  await withGateway({}, async (gateway) => {
    const [port, adminPort, taken] = await ports(gateway);
    const { exit, stderr } = await startSecond(gateway, port, adminPort);
    expect(exit).toBe(1);
    expect(stderr).toMatch(new RegExp(`\\b${taken}\\b`));
    expect(stderr).not.toMatch(/^\s+at /m);
    for (let i = 0; i < 10; i++) expect((await fetch(`${gateway.url}/x`)).status).toBe(200);
  });
});

test('a configuration file that is not there: its name, exit code 1, no stack trace', async () => {
  const { exit, stderr } = await runCommand(['start', '--config', '/no/such/gatehouse.yaml', '--role', 'gateway']);
  expect(exit).toBe(1);
  expect(stderr).toContain('/no/such/gatehouse.yaml');
  expect(stderr).not.toMatch(/^\s+at /m);
});

async function isRefused(port: number): Promise<boolean> {
  try {
    (await RawClient.open(port)).destroy();
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
  }
}

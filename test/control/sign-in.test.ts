import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type OperationResult, system } from '@gatehouse/contract/management';
import { createTestDatabase, describePostgres } from '@gatehouse/database/testing';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Browser } from '../../packages/control/src/sign-in/testing/browser.ts';
import { CLIENT, FakeGithub } from '../../packages/control/src/sign-in/testing/fake-github.ts';
import { Instance, SHARED_KEY } from '../support/control.ts';
import { until } from '../support/gateway.ts';

const ORGANIZATION = `apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: Engineering }
spec: { type: department, children: [platform] }
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: platform }
spec: { type: team, children: [], members: [jane] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: jane, annotations: { github.com/user-id: '42' } }
spec: { profile: { displayName: Jane Doe, email: jane@acme.com }, memberOf: ['payments/ledger'] }
`;

const MARKED = { 'x-gatehouse-csrf': '1' };
const resolvers = [{ resolver: 'userIdMatchingUserEntityAnnotation' }, { resolver: 'emailMatchingUserEntityProfileEmail' }];

let github: FakeGithub;

beforeAll(async () => {
  github = await FakeGithub.start();
  github.account = { id: 42, login: 'jane-of-github', organizations: ['acme'] };
});
afterAll(() => github.stop());

const auth = (more: object = {}) => ({
  environment: 'test',
  providers: { github: { test: { ...CLIENT, enterpriseInstanceUrl: github.url, signIn: { resolvers } } } },
  allow: { organizations: ['acme'] },
  access: { default: 'viewer', rules: [{ group: 'Engineering', role: 'publisher' }] },
  ...more,
});

const catalog = {
  rules: [{ allow: ['User', 'Group', 'API'] }],
  locations: [{ type: 'file', target: './people.yaml' }],
  processingInterval: '1s',
};

async function signIn(browser: Browser, { controlUrl }: Instance) {
  const isPage = (next: URL) => next.origin === controlUrl && !next.pathname.startsWith('/api/');
  return browser.open(`${controlUrl}/api/auth/github/start?redirect=/apps`, isPage);
}

const me = async (browser: Browser, control: Instance) => {
  const response = await browser.send('GET', `${control.controlUrl}/api/v1/me`);
  return { status: response.status, body: (await response.json()) as OperationResult<typeof system.getMe> };
};

describe('a control plane with people in its catalog', () => {
  let control: Instance;
  const browser = new Browser();
  const asked: IncomingMessage[] = [];
  const target = createServer((message, response) => {
    asked.push(message);
    response.writeHead(200, { 'Set-Cookie': ['gatehouse_session=planted; Path=/', 'own=1'] }).end('hello');
  });
  target.on('upgrade', (message, socket) => {
    asked.push(message);
    socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(target.address() as AddressInfo).port}`;
    const proxy = { endpoints: { '/frobs': { target: url, ws: true, allowedHeaders: ['Cookie', 'Set-Cookie'] } } };
    control = await Instance.prepare({ role: 'all', config: { auth: auth(), catalog, proxy } });
    await writeFile(join(control.directory, 'people.yaml'), ORGANIZATION);
    await control.start();
    await until(
      'the catalog has read them',
      control.process,
      15_000,
      async () => (await signIn(browser, control)).url.pathname === '/apps',
    );
  }, 90_000);

  afterAll(async () => {
    target.closeAllConnections();
    target.close();
    await control?.remove();
  });

  const send = (method: string, path: string, headers: Record<string, string> = {}, body?: unknown) =>
    browser.send(method, control.controlUrl + path, { headers, body });

  test('a user is who the catalog says, with the groups that it says, and those around them', async () => {
    expect((await me(browser, control)).body).toMatchObject({
      name: 'user:default/jane',
      role: 'publisher',
      teams: ['Engineering', 'payments.ledger', 'platform', 'user.jane'],
      user: { displayName: 'Jane Doe', email: 'jane@acme.com', entity: 'user:default/jane' },
    });
    const withoutMember = ORGANIZATION.replace('members: [jane]', 'members: []');
    await writeFile(join(control.directory, 'people.yaml'), withoutMember);
    await until('the group is left', control.process, 15_000, async () => (await me(browser, control)).body.role === 'viewer');
    expect((await me(browser, control)).body.teams).toEqual(['payments.ledger', 'user.jane']);
  });

  test('a user is found by the address that stands in the catalog, in any case, and by none that is not verified', async () => {
    const jane = github.account;
    const by = async (verified: boolean) => {
      github.account = { id: 7, login: 'x', organizations: ['acme'], emails: [{ email: 'JANE@acme.com', primary: true, verified }] };
      const other = new Browser();
      const { url } = await signIn(other, control);
      return url.searchParams.get('error') ?? (await me(other, control)).body.name;
    };
    expect([await by(true), await by(false)]).toEqual(['user:default/jane', 'user-unknown']);
    github.account = jane;
  });

  test('the catalog is read with a session, and asked and changed from pages of the portal only', async () => {
    expect((await send('GET', '/api/catalog/entities/by-name/user/default/jane')).status).toBe(200);
    const forged = await send('POST', '/api/catalog/entities/by-query', {}, { limit: 1 });
    expect([forged.status, ((await forged.json()) as { error: { message: string } }).error.message]).toEqual([
      403,
      expect.stringContaining('X-Gatehouse-Csrf'),
    ]);
    expect((await send('POST', '/api/catalog/entities/by-query', { ...MARKED, origin: 'https://evil.example' }, {})).status).toBe(403);
    expect((await send('POST', '/api/catalog/entities/by-query', MARKED, { limit: 1 })).status).toBe(200);
    expect((await fetch(`${control.controlUrl}/api/catalog/entities`)).status).toBe(401);
  });

  test('the proxy is used with a session from pages of the portal only, and its targets get no cookie of it, nor put one there', async () => {
    browser.jar('127.0.0.1').set('other', 'cookie');
    const secret = browser.jar('127.0.0.1').get('gatehouse_session');
    const read = await send('GET', '/api/proxy/frobs/x');
    expect([read.status, read.headers.getSetCookie()]).toEqual([200, ['own=1']]);
    expect(browser.jar('127.0.0.1').get('gatehouse_session')).toBe(secret);
    expect(asked.at(-1)?.headers.cookie).toBe('other=cookie');
    const before = asked.length;
    expect((await send('POST', '/api/proxy/frobs/x')).status).toBe(403);
    expect((await send('DELETE', '/api/proxy/frobs/x', { ...MARKED, 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect(asked).toHaveLength(before);
    expect((await send('POST', '/api/proxy/frobs/x', MARKED)).status).toBe(200);
  });

  test('a WebSocket connection of another site does not reach the target, one of the portal does', async () => {
    const upgrade = async (origin: string | undefined) => {
      const headers = {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'Sec-WebSocket-Version': '13',
        Cookie: browser.cookieField('127.0.0.1'),
        ...(origin === undefined ? {} : { Origin: origin }),
      };
      const message = request(`${control.controlUrl}/api/proxy/frobs/socket`, { headers });
      message.end();
      const [answer] = (await Promise.race([once(message, 'upgrade'), once(message, 'response')])) as [IncomingMessage];
      answer.destroy();
      return answer.statusCode;
    };
    expect(await upgrade('https://evil.example')).toBe(403);
    expect(await upgrade(undefined)).toBe(403);
    expect(await upgrade(control.controlUrl)).toBe(101);
  });

  test('a changed configuration counts without a restart, for those who are signed in too', async () => {
    const access = { default: 'none', rules: [] };
    await control.write({ config: { auth: auth({ access }), catalog } });
    await until('the role is gone', control.process, 15_000, async () => (await me(browser, control)).status === 401);
    expect((await signIn(browser, control)).url.searchParams.get('error')).toBe('no-access');
  });

  test('the audit names who signed in', async () => {
    const { body } = await control.client.call(system.listAudit, { query: { actor: 'user:default/jane' } });
    expect(body.items.map(({ action }) => action)).toContain('sessions.start');
  });
});

test('guests outside of development are refused at the start, with the place and what to do', async () => {
  const control = await Instance.prepare({ role: 'control', config: { auth: { providers: { guest: {} } } } });
  onTestFinished(() => control.remove());
  const process = control.launch();
  expect(await process.exited).toBe(1);
  expect(process.stderr).toContain('gatehouse.yaml:1:');
  expect(process.stderr).toContain('auth.providers.guest is for development only');
});

describePostgres('two control nodes', () => {
  test('share their sessions: signing out everywhere on one counts on the other within seconds', async () => {
    const database = await createTestDatabase('postgres');
    const config = { auth: { ...auth({ access: {} }), providers: { github: { test: open() } } } };
    const nodes = await Promise.all(
      [1, 2].map(() => Instance.start({ role: 'control', env: SHARED_KEY, control: { database: database.url }, config })),
    );
    onTestFinished(async () => {
      await Promise.all(nodes.map((node) => node.remove()));
      await database.remove();
    });
    const [first, second] = nodes as [Instance, Instance];
    const [here, there] = [new Browser(), new Browser()];
    await signIn(here, first);
    await signIn(there, second);
    // Cookies know no ports: each of the two is known to both.
    for (const browser of [here, there]) {
      for (const node of nodes) expect((await me(browser, node)).body.name).toBe('github:jane-of-github');
    }
    const ended = await here.send('DELETE', `${first.controlUrl}/api/v1/sessions`, { headers: MARKED });
    expect(await ended.json()).toEqual({ ended: 2 });
    expect((await me(there, first)).status).toBe(401);
    await until('the other knows', second.process, 5_000, async () => (await me(there, second)).status === 401);
  }, 120_000);
});

function open() {
  const anybody = [{ resolver: 'usernameMatchingUserEntityName', dangerouslyAllowSignInWithoutUserInCatalog: true }];
  return { ...CLIENT, enterpriseInstanceUrl: github.url, signIn: { resolvers: anybody } };
}

import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { apis, apps, backends, system } from '@gatehouse/contract/management';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createManagementClient, type ManagementClientOptions } from './client.ts';
import { ManagementError } from './management-error.ts';
import { RecordedControlPlane } from './testing/recorded-control-plane.ts';
import { UnreachableError } from './unreachable-error.ts';

const AT = '2026-05-04T03:02:01Z';
const TOKEN = 'gh_secret-token-of-the-test';
const resource = { version: 4, managedBy: null, createdAt: AT, updatedAt: AT };
const app = (name: string) => ({ name, owner: null, description: null, ...resource });

let plane: RecordedControlPlane;

beforeAll(async () => {
  plane = await RecordedControlPlane.open();
});
afterAll(() => plane.close());
beforeEach(() => plane.reset());

function client(options: Partial<ManagementClientOptions> = {}) {
  return createManagementClient({ url: plane.url, token: TOKEN, ...options });
}

/** What a promise was rejected with. */
async function rejection(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    () => new Error('It was not rejected'),
    (error: unknown) => error,
  );
  return outcome as Error;
}

async function withServer<T>(listener: RequestListener, use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('a call', () => {
  test('sends every part as the operation wants it, and the token', async () => {
    plane.answer(backends.putBackendDefinition, { definition: { url: 'http://a' }, refreshed: [] }, { version: 5 });
    const answer = await client().call(backends.putBackendDefinition, {
      params: { name: 'pets', environment: 'test' },
      query: { confirm: true },
      body: { url: 'http://a' },
      ifMatch: 4,
    });
    expect(answer).toEqual({ status: 200, body: { definition: { url: 'http://a' }, refreshed: [] }, version: 5 });
    expect(plane.calls).toEqual([
      {
        id: 'backends.define',
        params: { name: 'pets', environment: 'test' },
        query: { confirm: 'true' },
        body: { url: 'http://a' },
        authorization: `Bearer ${TOKEN}`,
        ifMatch: '"4"',
      },
    ]);
  });

  test('types the answer by its operation, and wants the parts that the operation needs', async () => {
    plane.answer(system.getMe, { name: 'ci', role: 'publisher', teams: ['team-pets'], expiresAt: null, user: null });
    const { body } = await client().call(system.getMe);
    const role: 'viewer' | 'developer' | 'publisher' | 'admin' | 'node' = body.role;
    expect(role).toBe('publisher');
    const notTyped = () => [
      // @ts-expect-error: the operation has no body
      client().call(system.getMe, { body: {} }),
      // @ts-expect-error: the operation needs params
      client().call(apis.getApi, {}),
      // @ts-expect-error: the operation needs params
      client().call(apis.getApi),
      // @ts-expect-error: an app is no list
      client().pages(apps.getApp, { params: { name: 'a' } }),
    ];
    expect(notTyped).toBeTypeOf('function');
  });

  test.each(['..', '.', ''])('never lets the name %j make another operation of it', async (name) => {
    const error = await rejection(client().call(apps.deleteApp, { params: { name } }));
    expect(error).toMatchObject({ name: 'ManagementError', code: 'request.invalid', problems: [{ path: ['params', 'name'] }] });
    expect(plane.calls).toEqual([]);
  });

  test('keeps slashes and other signs of a URL within the one parameter', async () => {
    plane.answer(apps.revokeCredential, { revoked: 'a/b?c#d%2e' });
    await client().call(apps.revokeCredential, { params: { name: 'partner', appKey: 'a/b?c#d%2e' } });
    expect(plane.calls[0]?.params).toEqual({ name: 'partner', appKey: 'a/b?c#d%2e' });
  });

  test('reaches a control plane below a path of another server', async () => {
    const seen: string[] = [];
    const listener: RequestListener = (request, response) => {
      seen.push(request.url ?? '');
      response.end('{"items":[]}');
    };
    await withServer(listener, async (url) => {
      for (const path of ['', '/', '/gatehouse/', '/api/v1']) await client({ url: url + path }).call(system.listEnvironments);
    });
    expect(seen).toEqual(['/api/v1/environments', '/api/v1/environments', '/gatehouse/api/v1/environments', '/api/v1/environments']);
  });
});

describe('pages', () => {
  test('reads a list page after page, with the same filters', async () => {
    plane.answer(apps.listApps, { items: [app('a'), app('b')], nextCursor: 'after-b' });
    plane.answer(apps.listApps, { items: [app('c')] });
    const names: string[] = [];
    for await (const page of client().pages(apps.listApps, { query: { limit: 2, owner: 'team-pets' } })) {
      names.push(...page.items.map(({ name }) => name));
    }
    expect(names).toEqual(['a', 'b', 'c']);
    expect(plane.calls.map(({ query }) => query)).toEqual([
      { limit: '2', owner: 'team-pets' },
      { limit: '2', owner: 'team-pets', cursor: 'after-b' },
    ]);
  });

  test('does not go round in circles when a list does not end', async () => {
    plane.answer(apps.listApps, { items: [app('a')], nextCursor: 'again' });
    const read = async () => {
      for await (const _ of client().pages(apps.listApps));
    };
    expect(await rejection(read())).toBeInstanceOf(UnreachableError);
  });
});

describe('a refusal', () => {
  test('comes with everything that the problem document says', async () => {
    const problems = [{ severity: 'error', code: 'x', message: 'must be', path: ['body', 'url'] }];
    plane.refuse(backends.putBackendDefinition, 'confirmation.required', 'It affects 1 published API', {
      problems,
      affected: [{ api: 'petstore', revision: 3 }],
    });
    const call = client().call(backends.putBackendDefinition, { params: { name: 'p', environment: 'test' }, body: { url: 'http://a' } });
    const error = await rejection(call);
    expect(error).toBeInstanceOf(ManagementError);
    expect(error).toMatchObject({
      message: 'It affects 1 published API',
      status: 409,
      code: 'confirmation.required',
      requestId: 'request-1',
      problems,
      extras: { affected: [{ api: 'petstore', revision: 3 }] },
    });
  });
});

describe('what is not a Gatehouse', () => {
  const getMe = (url: string, options: Partial<ManagementClientOptions> = {}) => rejection(client({ url, ...options }).call(system.getMe));

  test('a redirect is not followed, so the token stays here', async () => {
    let asked = 0;
    await withServer(
      (_request, response) => {
        asked++;
        response.end('{}');
      },
      async (elsewhere) => {
        const error = await withServer((_, response) => response.writeHead(307, { Location: `${elsewhere}/me` }).end(), getMe);
        expect(error).toBeInstanceOf(UnreachableError);
        expect(error.message).toContain('redirect');
      },
    );
    expect(asked).toBe(0);
  });

  test.each([
    ['a web page', 200, 'text/html', '<html>'],
    ['the error page of a proxy', 502, 'text/html', '<html>'],
    ['an error of another API', 404, 'application/json', '{"message":"Not Found"}'],
  ])('%s is told apart', async (_, status, type, body) => {
    const error = await withServer((_request, response) => response.writeHead(status, { 'Content-Type': type }).end(body), getMe);
    expect(error).toBeInstanceOf(UnreachableError);
    expect(error.message).toContain(`status ${status} and ${type}`);
  });

  test('nobody listens there: says so, and that nothing was changed', async () => {
    const url = await withServer(
      () => {},
      async (free) => free,
    );
    const error = await rejection(client({ url }).call(apps.deleteApp, { params: { name: 'a' } }));
    expect(error).toMatchObject({ name: 'UnreachableError', outcomeUnknown: false });
    expect(error.message).toBe(`Cannot reach Gatehouse at ${url}: nothing listens there`);
  });

  test('a server that speaks no TLS is named as such', async () => {
    const error = await withServer(
      (_, response) => response.end(),
      (url) => getMe(url.replace('http', 'https')),
    );
    expect(error.message).toContain('does not speak TLS');
  });

  test('a change whose answer did not come may have been made; a reading changed nothing', async () => {
    await withServer(
      (request) => request.socket.destroy(),
      async (url) => {
        const change = await rejection(client({ url }).call(apps.deleteApp, { params: { name: 'a' } }));
        expect(change).toMatchObject({ name: 'UnreachableError', outcomeUnknown: true });
        expect(change.message).toContain('Whether the change was made is not known');
        expect(await getMe(url)).toMatchObject({ name: 'UnreachableError', outcomeUnknown: false });
      },
    );
  });

  test('an answer that does not come, or does not end, is not waited for', async () => {
    for (const listener of [() => {}, (_: unknown, response: { write(text: string): void }) => response.write('{')] as RequestListener[]) {
      const error = await withServer(listener, (url) => getMe(url, { timeoutMs: 100 }));
      expect(error).toBeInstanceOf(UnreachableError);
      expect(error.message).toContain('100 ms');
    }
  });

  test('who gives up gets his own reason', async () => {
    const error = await withServer(
      () => {},
      (url) => rejection(client({ url }).call(system.getMe, { signal: AbortSignal.abort(new Error('enough')) })),
    );
    expect(error.message).toBe('enough');
  });
});

describe('secrets', () => {
  test('no message has the token in it', async () => {
    const url = await withServer(
      () => {},
      async (free) => free,
    );
    const errors = [
      await rejection(client({ url }).call(system.getMe)),
      await rejection(client().call(system.getMe)),
      await withServer(
        (request) => request.socket.destroy(),
        (at) => rejection(client({ url: at }).call(system.getMe)),
      ),
    ];
    for (const error of errors) expect(`${error.stack}${JSON.stringify(error)}${String(error.cause)}`).not.toContain(TOKEN);
    for (const token of [`${TOKEN}\n`, `${TOKEN} x`, '']) {
      expect(() => client({ token })).toThrow(TypeError);
      expect(() => client({ token })).not.toThrow(TOKEN);
    }
  });

  test.each(['ftp://a', 'gatehouse', 'http://user:hunter2@a', 'http://a?token=hunter2'])('%s is no URL of a control plane', (url) => {
    expect(() => client({ url })).toThrow(TypeError);
    expect(() => client({ url })).not.toThrow('hunter2');
  });
});

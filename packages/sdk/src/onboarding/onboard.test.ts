import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { apiEntityV1alpha1Validator, componentEntityV1alpha1Validator } from '@backstage/catalog-model';
import { load, loadAll } from 'js-yaml';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { METADATA_VARIABLES } from './metadata/metadata.ts';
import { type OnboardOptions, onboard } from './onboard.ts';
import { TARGET_VARIABLES } from './targets/create-targets.ts';
import { listen, stop } from './testing/s3-stores.ts';

const document = { openapi: '3.0.3', info: { title: 'Pets', version: '1' }, paths: { '/pets': { get: { responses: {} } } } };
const TOKEN = 'gh_secret-token-of-the-test';

let directory: string;
let unhandled: unknown[];
const onUnhandled = (reason: unknown) => unhandled.push(reason);
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gatehouse-onboard-'));
  unhandled = [];
  process.on('unhandledRejection', onUnhandled);
});
afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', onUnhandled);
  await rm(directory, { recursive: true, force: true });
  expect(unhandled).toEqual([]);
});

/** Onboards with lines of the log kept. */
function start(options: Partial<OnboardOptions>) {
  const lines: string[] = [];
  const logger = { info: (line: string) => lines.push(`info: ${line}`), warn: (line: string) => lines.push(`warn: ${line}`) };
  const handle = onboard({
    name: 'pets',
    owner: 'team-pets',
    definition: { document },
    target: { directory },
    env: {},
    logger,
    retryForMs: 0,
    ...options,
  });
  return { ...handle, lines };
}

async function withServer<T>(listener: RequestListener, use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(listener);
  try {
    return await use(await listen(server));
  } finally {
    await stop(server);
  }
}

describe('in a directory', () => {
  test('the entities are what Backstage takes, and refer to the document beside them', async () => {
    const { done, lines } = start({
      ...{ namespace: 'shop', title: 'Pets: "all" of them', description: 'No\n---\nend', system: 'petshop', tags: ['a', 'c++'] },
      ...{ annotations: { 'example.com/team': 'yes' }, labels: { tier: '1' }, links: [{ url: 'https://example.com/', title: 'Home' }] },
      ...{ environment: 'test', custom: { costCentre: 7 }, component: { type: 'website' } },
    });
    expect(await done).toMatchObject({ outcome: 'written' });
    const entities = loadAll(await readFile(join(directory, 'shop/pets/catalog-info.yaml'), 'utf8')) as Record<string, never>[];
    const [api, component] = entities;
    expect(api).toMatchObject({
      kind: 'API',
      metadata: { name: 'pets', namespace: 'shop', title: 'Pets: "all" of them', description: 'No\n---\nend', costCentre: 7 },
      spec: { type: 'openapi', lifecycle: 'experimental', owner: 'team-pets', system: 'petshop', definition: { $text: './openapi.json' } },
    });
    expect(component).toMatchObject({ kind: 'Component', spec: { type: 'website', providesApis: ['pets'] } });
    expect(api?.metadata).toMatchObject({ labels: { tier: '1', 'gatehouse.dev/environment': 'test' } });
    const filled = { ...api, spec: { ...(api as unknown as { spec: object }).spec, definition: '{}' } };
    expect(await apiEntityV1alpha1Validator.check(filled as never)).toBe(true);
    expect(await componentEntityV1alpha1Validator.check(component as never)).toBe(true);
    expect(JSON.parse(await readFile(join(directory, 'shop/pets/openapi.json'), 'utf8'))).toEqual(document);
    expect(lines).toEqual([expect.stringMatching(/^info: Onboarded pets \(from the service\) to /)]);
  });

  test('what is there already is not touched, and nothing else is left behind', async () => {
    await start({}).done;
    const file = join(directory, 'pets/catalog-info.yaml');
    const before = await stat(file, { bigint: true });
    expect(await start({}).done).toMatchObject({ outcome: 'unchanged' });
    expect(await stat(file, { bigint: true })).toMatchObject({ ino: before.ino, mtimeNs: before.mtimeNs });
    expect((await readdir(join(directory, 'pets'))).toSorted()).toEqual(['catalog-info.yaml', 'openapi.json']);
  });

  test('the entity changes when only the definition does', async () => {
    await start({}).done;
    const changed = await start({ definition: { document: { ...document, tags: [] } } }).done;
    expect(changed.files.map(({ state }) => state)).toEqual(['written', 'written']);
  });

  test('a definition in the entity is the text of the document', async () => {
    const text = 'openapi: 3.1.0\ninfo: {title: Ä, version: "1"}\n# comment\npaths: {}\n';
    await start({ inline: true, definition: { document: text } }).done;
    const entity = load(await readFile(join(directory, 'pets/catalog-info.yaml'), 'utf8')) as { spec: { definition: string } };
    expect(entity.spec.definition).toBe(text);
    expect(await readdir(join(directory, 'pets'))).toEqual(['catalog-info.yaml']);
  });

  test('a file in the way of the directory is refused', async () => {
    await writeFile(join(directory, 'taken'), '');
    expect(await start({ target: { directory: join(directory, 'taken') } }).done).toMatchObject({ outcome: 'refused' });
  });
});

describe('metadata', () => {
  test('comes from environment variables, options first', async () => {
    const env = {
      GATEHOUSE_SERVICE_NAME: 'from-env',
      GATEHOUSE_SERVICE_OWNER: 'group:default/team-env',
      GATEHOUSE_SERVICE_TAGS: 'one, two',
      GATEHOUSE_SERVICE_ANNOTATIONS: 'example.com/a=1,example.com/b=x=y',
      GATEHOUSE_SERVICE_LABELS: '{"tier":"1"}',
      GATEHOUSE_SERVICE_LINKS: 'Run+book|https://example.com/a,b https://example.com/',
      GATEHOUSE_SERVICE_ENVIRONMENT: 'production',
      GATEHOUSE_ONBOARD_TARGET: `file://${directory}`,
    };
    const options = { definition: { document }, env, logger: false, title: 'Given' } as const;
    expect(await onboard(options).done).toMatchObject({ outcome: 'written' });
    const entity = load(await readFile(join(directory, 'from-env/catalog-info.yaml'), 'utf8'));
    expect(entity).toMatchObject({
      metadata: {
        title: 'Given',
        tags: ['one', 'two'],
        annotations: { 'example.com/a': '1', 'example.com/b': 'x=y' },
        labels: { tier: '1', 'gatehouse.dev/environment': 'production' },
        links: [{ url: 'https://example.com/a,b', title: 'Run book' }, { url: 'https://example.com/' }],
      },
      spec: { owner: 'group:default/team-env', lifecycle: 'production' },
    });
  });

  test('without a target nothing is done, and that is said', async () => {
    const { done, lines } = start({ target: undefined });
    expect(await done).toMatchObject({ outcome: 'skipped' });
    expect(lines).toEqual([expect.stringMatching(/^info: .*GATEHOUSE_ONBOARD_TARGET/)]);
  });

  test('everything that breaks a rule is named at once, and nothing is written', async () => {
    const { done, lines } = start({
      ...{ name: 'pets\n', owner: '', namespace: 'Shop', tags: ['ok', 'Not Ok'], labels: { 'a/b/c': 'x', ok: '-' } },
      ...{ links: [{ url: 'javascript:alert(1)' }], custom: { name: 'other' }, annotations: { ok: 1 as unknown as string } },
    });
    const { outcome, message } = await done;
    expect(outcome).toBe('refused');
    for (const place of [
      'name is "pets "',
      'owner is missing',
      'namespace is',
      'tags[1]',
      'a/b/c',
      'labels.ok',
      'links[0].url',
      'custom.name',
      'annotations.ok',
    ]) {
      expect(message).toContain(place);
    }
    expect(lines).toEqual([`warn: ${message}`]);
    expect(await readdir(directory)).toEqual([]);
  });
});

describe('pushed to Gatehouse', () => {
  test('the entities come as one body, and a second start finds them unchanged', async () => {
    const bodies: Record<string, unknown>[] = [];
    let etag = '';
    const listener: RequestListener = async (request, response) => {
      let body = '';
      for await (const piece of request) body += piece;
      if (request.headers['if-none-match'] === etag) return void response.writeHead(412).end();
      etag = String(request.headers['if-none-match']);
      bodies.push({ method: request.method, url: request.url, token: request.headers.authorization, body: JSON.parse(body) });
      response.writeHead(201, { 'Content-Type': 'application/json' }).end('{}');
    };
    await withServer(listener, async (url) => {
      const target = { gatehouse: { url, token: TOKEN } };
      expect(await start({ target, component: true }).done).toMatchObject({ outcome: 'written' });
      expect(await start({ target, component: true }).done).toMatchObject({ outcome: 'unchanged' });
      const definition = expect.stringContaining('"/pets"');
      expect(bodies).toEqual([
        {
          method: 'PUT',
          url: '/api/v1/catalog/entities/default.pets',
          token: `Bearer ${TOKEN}`,
          body: {
            entities: [
              expect.objectContaining({ kind: 'API', spec: expect.objectContaining({ definition }) }),
              expect.objectContaining({ kind: 'Component' }),
            ],
          },
        },
      ]);
    });
  });

  test.each([
    [401, { title: 'Unauthorized', detail: 'The token is not known' }, 1, 'refused', /401 \(The token is not known\)/],
    [422, { detail: 'Not valid', problems: [{ message: 'spec.owner is missing' }] }, 1, 'refused', /spec\.owner is missing/],
    [302, {}, 1, 'refused', /redirects are not followed/],
    [200, { changed: false, conflicts: ['api:default/pets'] }, 1, 'refused', /another source has api:default\/pets already/],
    [503, {}, 2, 'failed', /503.*the next start tries again/],
  ])('%i', async (status, problem, attempts, outcome, message) => {
    let requests = 0;
    const listener: RequestListener = (request, response) => {
      request.resume();
      requests += 1;
      response.writeHead(status, { Location: '/elsewhere' }).end(JSON.stringify(problem));
    };
    await withServer(listener, async (url) => {
      const result = await start({ target: { gatehouse: { url, token: TOKEN } }, attempts: 2 }).done;
      expect(result).toMatchObject({ outcome, message: expect.stringMatching(message) });
      expect(requests).toBe(attempts);
      expect(result.message).not.toContain(TOKEN);
    });
  });

  test('one that is down or does not answer ends in a line that says so', async () => {
    const gone = createServer();
    const url = await listen(gone);
    await stop(gone);
    const down = start({ target: { gatehouse: { url, token: TOKEN } }, attempts: 2 });
    expect(await down.done).toMatchObject({ outcome: 'failed', message: expect.stringContaining('ECONNREFUSED') });
    expect(down.lines).toHaveLength(1);
    await withServer(
      () => undefined,
      async (slow) => {
        const target = { gatehouse: { url: slow, token: TOKEN } };
        const result = await start({ target, attempts: 100, attemptTimeoutMs: 20, timeoutMs: 200 }).done;
        expect(result).toMatchObject({ outcome: 'failed', message: expect.stringMatching(/longer than 0\.2 s.*no answer within 0\.02 s/) });
        const { done, cancel } = start({ target });
        cancel();
        expect(await done).toMatchObject({ outcome: 'cancelled' });
        const controller = new AbortController();
        const asked = start({ target, signal: controller.signal });
        controller.abort();
        expect(await asked.done).toMatchObject({ outcome: 'cancelled' });
      },
    );
  });

  test('a control plane that is away is asked again, in rounds that say so once, until it is there or the time is over', async () => {
    let requests = 0;
    let status = 503;
    const listener: RequestListener = (request, response) => {
      request.resume();
      requests += 1;
      response.writeHead(status).end('{}');
    };
    await withServer(listener, async (url) => {
      const target = { gatehouse: { url, token: TOKEN } };
      const again = { target, attempts: 1, retryPauseMs: 10 };
      const { done, lines } = start({ ...again, retryForMs: 60_000 });
      await expect.poll(() => requests).toBeGreaterThan(2);
      status = 201;
      expect(await done).toMatchObject({ outcome: 'written' });
      expect(lines).toEqual([
        expect.stringMatching(
          /^warn: Not onboarded to the catalog yet: .*503 \(the service is not affected; it is tried again for 1 min\)$/,
        ),
        expect.stringMatching(/^info: Onboarded pets /),
      ]);
      status = 503;
      const over = start({ ...again, retryForMs: 100 });
      expect(await over.done).toMatchObject({ outcome: 'failed', message: expect.stringContaining('the next start tries again') });
      expect(over.lines).toHaveLength(2);
      const { done: given, cancel } = start({ ...again, retryForMs: 60_000, retryPauseMs: 60_000 });
      requests = 0;
      await expect.poll(() => requests).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      cancel();
      expect(await given).toMatchObject({ outcome: 'cancelled' });
      status = 403;
      requests = 0;
      expect(await start({ ...again, retryForMs: 60_000 }).done).toMatchObject({ outcome: 'refused' });
      expect(requests).toBe(1);
    });
  });

  test('one target that refuses does not keep another from being written', async () => {
    await withServer(
      (_request, response) => response.writeHead(403).end(),
      async (url) => {
        const result = await start({ target: [{ gatehouse: { url, token: TOKEN } }, { directory }] }).done;
        expect(result).toMatchObject({ outcome: 'refused', files: [{ state: 'written' }, { state: 'written' }] });
      },
    );
  });
});

describe('the document', () => {
  test('is read from a URL, with user and query out of the log', async () => {
    let authorization: string | undefined;
    const listener: RequestListener = (request, response) => {
      authorization = request.headers.authorization;
      response.end(JSON.stringify(document));
    };
    await withServer(listener, async (url) => {
      const source = `${url.replace('//', '//user:hunter2@')}/v3/api-docs?key=hunter2`;
      const { done, lines } = start({ definition: { url: source } });
      expect(await done).toMatchObject({ outcome: 'written' });
      expect(authorization).toBe(`Basic ${btoa('user:hunter2')}`);
      expect(lines.join()).toContain('/v3/api-docs');
      expect(lines.join()).not.toContain('hunter2');
    });
  });

  test.each<[string, OnboardOptions['definition'], RegExp]>([
    ['an endless answer', { url: 'replaced' }, /larger than 1 MiB/],
    ['a large text', { document: `openapi: 3.0.3\n${'#'.repeat(2 ** 20)}` }, /larger than 1 MiB/],
    ['a large file', { file: process.execPath }, /larger than 1 MiB/],
    ['an endless file', { file: '/dev/zero' }, /it is no file/],
    ['a missing file', { file: '/no/such/file' }, /no such file/],
    ['a text that is something else', { document: 'hello: world' }, /neither openapi nor swagger/],
    ['a list', { document: [] }, /no OpenAPI document/],
    ['nothing', undefined as never, /definition is missing/],
    [
      'a function that throws',
      {
        document: () => {
          throw new Error('broken generator');
        },
      },
      /broken generator/,
    ],
  ])('%s is refused', async (_, definition, message) => {
    const chunk = Buffer.alloc(64 * 1024, 32);
    const listener: RequestListener = (_request, response) => {
      const more = (error?: unknown) => void (error || response.write(chunk, more));
      more();
    };
    await withServer(listener, async (url) => {
      const source = definition !== undefined && 'url' in definition ? { url } : definition;
      const result = await start({ definition: source, definitionBytesMax: 2 ** 20 }).done;
      expect(result.message).toMatch(message);
      expect(['refused', 'failed']).toContain(result.outcome);
      expect(await readdir(directory)).toEqual([]);
    });
  });
});

test('the guide names every environment variable', async () => {
  const guide = await readFile(new URL('../../../../docs/onboarding.md', import.meta.url), 'utf8');
  for (const name of Object.values({ ...METADATA_VARIABLES, ...TARGET_VARIABLES })) expect(guide).toContain(`\`${name}\``);
});

test('nothing that can be given makes it throw or reject', async () => {
  const lines = [vi.spyOn(console, 'info'), vi.spyOn(console, 'warn')].map((spy) => spy.mockImplementation(() => undefined));
  const throwing = new Proxy(
    {},
    {
      get: () => {
        throw new Error('trap');
      },
      has: () => {
        throw new Error('trap');
      },
    },
  );
  for (const options of [
    undefined,
    null,
    7,
    'text',
    {},
    throwing,
    { logger: throwing },
    { definition: throwing, target: throwing, env: throwing },
  ]) {
    const { done, cancel } = onboard(options as never);
    if (options === null) cancel();
    expect((await done).outcome).toMatch(/^(skipped|refused|failed|cancelled)$/);
  }
  // Without a logger it is the console; one line each.
  expect(lines.flatMap((spy) => spy.mock.calls)).toHaveLength(7);
  vi.restoreAllMocks();
  const logger = {
    info: () => {
      throw new Error('full disk');
    },
    warn: () => {
      throw new Error('full disk');
    },
  };
  expect(await start({ logger }).done).toMatchObject({ outcome: 'written' });
  const rejecting = { document: () => new Promise((_, reject) => setTimeout(reject, 50, new Error('late'))) };
  expect(await start({ definition: rejecting, timeoutMs: 20 }).done).toMatchObject({ outcome: 'failed' });
  await new Promise((resolve) => setTimeout(resolve, 60));
});

test('the process ends when its own work is done, whatever the target does', async () => {
  const script = fileURLToPath(new URL('./testing/short-lived-service.ts', import.meta.url));
  await withServer(
    () => undefined,
    async (url) => {
      // It would be held up for minutes; the limit of this test is less.
      const { stdout } = await promisify(execFile)(process.execPath, [script, url]);
      expect(stdout).toBe('service: done\n');
    },
  );
});

import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validateEntity } from '@gatehouse/catalog/model';
import {
  createEntities,
  createFiles,
  createPush,
  type MetadataOptions,
  OnboardRefusal,
  readMetadata,
  toDefinition,
} from '@gatehouse/sdk/onboarding';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runForTest } from '../testing/run-for-test.ts';

const YAML =
  'openapi: 3.0.3\ninfo: { title: Pets, version: "1" }\n# kept as it is written\npaths:\n  /pets:\n    get: { responses: { "200": { description: ok } } }\n';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gatehouse-entity-'));
  await writeFile(join(directory, 'openapi.yaml'), YAML);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true, force: true });
});

const source = () => ['entity', '--from-file', join(directory, 'openapi.yaml'), '--name', 'pets', '--owner', 'team-pets'];
const out = () => join(directory, 'out');

async function withServer<T>(
  answer: (url: string, body: string, headers: Record<string, unknown>) => [number, string],
  use: (url: string) => Promise<T>,
): Promise<T> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    const [status, text] = answer(`${request.method} ${request.url}`, body, request.headers);
    response.writeHead(status).end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('gatehouse entity', () => {
  test('writes the document as it is and the entity beside it, and says so; again, nothing', async () => {
    const args = [
      ...source(),
      '--tag',
      'a',
      '--tag',
      'b',
      '--annotation',
      'example.com/x=y=z',
      '--link',
      'Home=https://example.com/?a=b',
      '--component',
      '--out',
      out(),
    ];
    const first = await runForTest(args);
    expect(first).toEqual({
      exit: 0,
      stderr: '',
      stdout: `Written: ${out()}/pets/openapi.yaml\nWritten: ${out()}/pets/catalog-info.yaml\n`,
    });
    expect(await readFile(join(out(), 'pets/openapi.yaml'), 'utf8')).toBe(YAML);
    const entity = await readFile(join(out(), 'pets/catalog-info.yaml'), 'utf8');
    for (const line of ['kind: API', 'kind: Component', 'example.com/x: y=z', '$text: ./openapi.yaml', 'url: https://example.com/?a=b'])
      expect(entity).toContain(line);
    expect((await runForTest(args)).stdout).toMatch(/^(Unchanged: .*\n){2}$/);
  });

  test('a document of several files becomes one', async () => {
    await writeFile(
      join(directory, 'split.yaml'),
      'openapi: 3.0.3\ninfo: { title: Pets, version: "1" }\npaths:\n  /pets:\n    $ref: ./pets.yaml\n',
    );
    await writeFile(join(directory, 'pets.yaml'), 'get: { responses: { "200": { description: from the other file } } }\n');
    const args = ['entity', '--from-file', join(directory, 'split.yaml'), '--name', 'pets', '--owner', 'team-pets', '--out', out()];
    expect(await runForTest(args)).toMatchObject({ exit: 0 });
    expect(await readFile(join(out(), 'pets/openapi.json'), 'utf8')).toContain('from the other file');
  });

  test('a document that is wrong is shown with its places, and nothing is written', async () => {
    await writeFile(join(directory, 'openapi.yaml'), YAML.replace('/pets:', 'pets:'));
    const outcome = await runForTest([...source(), '--out', out()]);
    expect(outcome).toMatchObject({ exit: 1, stdout: '' });
    expect(outcome.stderr).toMatch(/openapi\.yaml has 1 error: nothing was written\n.*openapi\.yaml:5:3/);
    expect(await readdir(directory)).toEqual(['openapi.yaml']);
  });

  test('metadata that is wrong is refused before anything is written, options before environment variables', async () => {
    vi.stubEnv('GATEHOUSE_SERVICE_NAME', 'not a name');
    vi.stubEnv('GATEHOUSE_SERVICE_SYSTEM', 'petshop');
    const without = ['entity', '--from-file', join(directory, 'openapi.yaml'), '--tag', 'No', '--out', out()];
    const outcome = await runForTest(without);
    expect(outcome.exit).toBe(1);
    expect(outcome.stderr).toMatch(/name is "not a name".*\n.*owner is missing.*\n.*tags\[0\]/);
    expect(await readdir(directory)).toEqual(['openapi.yaml']);
    expect((await runForTest([...source(), '--dry-run'])).stdout).toContain('system: petshop');
  });

  test('reads a running service and pushes to Gatehouse, with no secret in what it prints', async () => {
    vi.stubEnv('GATEHOUSE_TOKEN', 'gh_token');
    const pushed: string[] = [];
    await withServer(
      (request, body, { authorization }) => {
        if (request.startsWith('GET')) return authorization === `Basic ${btoa('user:hunter2')}` ? [200, YAML] : [401, ''];
        pushed.push(
          `${request} ${String(authorization)}`,
          ...(JSON.parse(body) as { entities: { spec: { definition: string } }[] }).entities.map(({ spec }) => spec.definition),
        );
        return [201, '{}'];
      },
      async (url) => {
        const from = `${url.replace('//', '//user:hunter2@')}/v3/api-docs?key=hunter3`;
        const outcome = await runForTest(['entity', '--from-url', from, '--name', 'pets', '--owner', 'team-pets', '--push', '--url', url]);
        expect(outcome).toEqual({ exit: 0, stderr: '', stdout: `Written: ${url}/api/v1/catalog/entities/default.pets\n` });
        expect(pushed).toEqual(['PUT /api/v1/catalog/entities/default.pets Bearer gh_token', YAML]);
        const wrong = await runForTest([
          'entity',
          '--from-url',
          from.replace('user:', 'other:'),
          '--name',
          'pets',
          '--owner',
          'team-pets',
          '--out',
          out(),
        ]);
        expect(wrong.exit).toBe(1);
        expect(wrong.stderr).toMatch(/v3\/api-docs.*\n.*it answered 401/);
        expect(outcome.stdout + wrong.stderr).not.toMatch(/hunter|gh_token/);
      },
    );
  });

  test('what the target refuses is told', async () => {
    vi.stubEnv('GATEHOUSE_TOKEN', 'gh_token');
    await withServer(
      () => [403, JSON.stringify({ detail: 'Not your team' })],
      async (url) => {
        const outcome = await runForTest([...source(), '--push', '--url', url]);
        expect(outcome).toMatchObject({ exit: 1, stdout: '', stderr: `gatehouse: ${url} refused: it answered 403 (Not your team)\n` });
      },
    );
  });

  test.each([
    [['entity', '--name', 'pets'], /either --from-url URL or --from-file FILE/],
    [['entity', '--from-file', 'a', '--from-url', 'b'], /either --from-url URL or --from-file FILE/],
    [['entity', '--from-file', 'a', '--name', 'pets'], /needs --out DIR/],
    [['entity', '--from-file', 'a', '--out', 'b', '--region', 'eu-1'], /--region needs --s3/],
    [['entity', '--from-file', 'a', '--s3', 'b/c', '--external-id', '7'], /--external-id needs --role-arn/],
    [['entity', '--from-file', 'a', '--s3', '/'], /name of a bucket/],
    [['entity', '--from-file', 'a', '--push', '--url', 'http://user:hunter2@x'], /URL of Gatehouse/],
    [['entity', '--from-file', 'a', '--out', 'b', '--annotation', 'x'], /KEY=VALUE/],
    [['entity', '--from-url', 'localhost/x', '--name', 'a', '--owner', 'b', '--out', 'c'], /absolute http or https URL/],
  ])('%j is wrong usage', async (args, message) => {
    vi.stubEnv('GATEHOUSE_TOKEN', 'gh_token');
    const outcome = await runForTest(args);
    expect(outcome).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringMatching(message) });
    expect(outcome.stderr).not.toContain('hunter2');
  });
});

describe('the rules of the SDK are those of the catalog', () => {
  const definition = toDefinition(Buffer.from(YAML), 'test', 1e6);
  const base: MetadataOptions = { name: 'pets', owner: 'team-pets' };
  const long = 'x'.repeat(64);
  const names = ['a', 'A.b_c-1', 'a--b', '-a', 'a-', 'a b', 'ä', 'a/b', long, long.slice(1), 'a\n', '0', 'a..b'];
  const tags = ['a', 'c++', 'c#', 'a-b', 'a--b', 'A', 'a_b', 'a:b', '-a', long, ' a'];
  const keys = ['a', 'example.com/a', 'example.com/a/b', '/a', 'Example.com/a', 'a_b.com/c', `${'a'.repeat(64)}.com/a`, 'a/', 'x y'];
  const given: [string, MetadataOptions][] = [
    ...names.map((name): [string, MetadataOptions] => [`name ${name}`, { ...base, name }]),
    ...['a', 'a-b', 'a--b', 'A', 'a.b', '-a', long].map((namespace): [string, MetadataOptions] => [
      `namespace ${namespace}`,
      { ...base, namespace },
    ]),
    ...tags.map((tag): [string, MetadataOptions] => [`tag ${tag}`, { ...base, tags: [tag] }]),
    ...keys.map((key): [string, MetadataOptions] => [`annotation ${key}`, { ...base, annotations: { [key]: 'x' } }]),
    ...keys.map((key): [string, MetadataOptions] => [`label ${key}`, { ...base, labels: { [key]: 'x' } }]),
    ...['', ...names].map((value): [string, MetadataOptions] => [`label value ${value}`, { ...base, labels: { key: value } }]),
    ['link', { ...base, links: [{ url: 'https://example.com', title: 'x' }] }],
    ['link without a scheme', { ...base, links: [{ url: 'example.com' }] }],
    ['link with a blank title', { ...base, links: [{ url: 'https://example.com', title: ' ' }] }],
    [
      'everything',
      {
        ...base,
        title: 'x',
        description: '',
        system: 'petshop',
        environment: 'test',
        type: 'openapi',
        lifecycle: 'x',
        custom: { a: { b: [1] } },
      },
    ],
  ];

  test.each(given)('%s', (_, options) => {
    const inCatalog = validateEntity({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'API',
      metadata: {
        name: options.name,
        namespace: options.namespace,
        tags: options.tags,
        annotations: options.annotations,
        labels: options.labels,
        links: options.links,
      },
      spec: { type: 'openapi', lifecycle: 'production', owner: options.owner, definition: YAML },
    });
    let metadata: ReturnType<typeof readMetadata> | undefined;
    try {
      metadata = readMetadata(options, {});
    } catch (error) {
      expect(error).toBeInstanceOf(OnboardRefusal);
    }
    expect(metadata === undefined).toBe(inCatalog.problem !== undefined);
    if (metadata === undefined) return;
    for (const entity of createEntities(metadata, definition, YAML, { component: true }))
      expect(validateEntity(entity).problem).toBeUndefined();
    expect(createFiles(metadata, definition, {})).toHaveLength(2);
    expect(createPush(metadata, definition, {}).hash).toMatch(/^[0-9a-f]{64}$/);
  });
});

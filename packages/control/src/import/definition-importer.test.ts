import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { apis } from '@gatehouse/contract/management';
import { expect, onTestFinished, test } from 'vitest';
import { Refusal } from '../operation/refusal.ts';
import type { RevisionContent } from '../snapshot/revision-content.ts';
import { DefinitionImporter } from './definition-importer.ts';

const RESPONSES = { responses: { 200: { description: 'Done' } } };

function createImporter() {
  const importer = new DefinitionImporter();
  onTestFinished(() => importer.stop());
  return (body: object, names: Record<string, string> = { pets: 'id-of-pets' }, type = 'http') =>
    importer.import(
      { name: 'petstore', owner: null, draft: apis.apiDraft.parse(body), globalPolicies: [] },
      async (wanted) => new Map(Object.entries(names).flatMap(([name, id]) => (wanted.includes(name) ? [[name, { id, type }]] : []))),
    );
}

test('a definition as text or as object becomes the same content, whatever is written around it', async () => {
  const importing = createImporter();
  const object = { openapi: '3.1.0', info: { title: 'Pets', version: '1' }, paths: { '/pets': { get: RESPONSES } } };
  const text = `# A comment\nopenapi: 3.1.0\ninfo: { title: Pets, version: "1" }\npaths:\n\n  /pets:\n    get:\n      responses: { "200": { description: Done } }\n`;
  const { imported, problems } = await importing({ definition: object, backend: 'pets' });
  expect(problems).toEqual([]);
  const content = JSON.parse(imported?.content ?? '') as RevisionContent;
  expect(content.revision).toMatchObject({ api: 'petstore', basePath: '/petstore', routes: [{ integration: { backend: 'id-of-pets' } }] });
  expect(imported).toMatchObject({ title: 'Pets', operations: 1, backends: ['id-of-pets'] });
  expect((await importing({ definition: text, backend: 'pets' })).imported?.hash).toBe(imported?.hash);
});

test('operations on a backend service that the gateway may answer for bring their examples, others do not', async () => {
  const importing = createImporter();
  const described = { 200: { description: 'Pets', content: { 'application/json': { example: [{ id: 7 }] } } } };
  const paths = { '/pets': { get: { responses: described } }, '/toys': { get: { responses: { 404: { description: 'None' } } } } };
  const body = { definition: { openapi: '3.1.0', info: { title: 'Pets', version: '1' }, paths }, backend: 'pets' };
  const examplesOf = async (type: string) => {
    const { imported } = await importing(body, { pets: 'id-of-pets' }, type);
    const { revision } = JSON.parse(imported?.content ?? '') as RevisionContent;
    return revision.routes.map(({ integration }) => (integration.kind === 'http' ? integration.example : integration));
  };
  const example = { kind: 'mock', status: 200, headers: {}, bodies: [{ contentType: 'application/json', text: '[{"id":7}]' }] };
  expect(await examplesOf('mock')).toEqual([example, undefined]);
  expect(await examplesOf('http')).toEqual([undefined, undefined]);
});

test('every problem is told with its way into the request and, for a text, its line and column', async () => {
  const importing = createImporter();
  const definition = [
    'openapi: 3.1.0',
    'info: { title: Pets, version: "1" }',
    'paths:',
    '  /pets:',
    '    gett: {}',
    '    get:',
    '      x-gatehouse-integration: { backend: cats }',
    '      responses: { "200": { description: Done } }',
  ].join('\n');
  const misspelt = await importing({ definition, policies: [{ 'rate-limitt': {} }] });
  expect(misspelt.imported).toBeUndefined();
  expect(misspelt.problems).toMatchObject([
    { severity: 'error', path: ['body', 'policies', 0, 'rate-limitt'] },
    { code: 'definition.unknown-key', path: ['body', 'definition', 'paths', '/pets', 'gett'], place: { line: 5, column: 5 } },
  ]);
  const unknown = await importing({ definition: definition.replace('    gett: {}\n', '') });
  expect(unknown.problems).toMatchObject([
    {
      severity: 'error',
      code: 'reference.unknown',
      path: ['body', 'definition', 'paths', '/pets', 'get', 'x-gatehouse-integration', 'backend'],
      place: { line: 6 },
    },
  ]);
  const elsewhere = { openapi: '3.1.0', info: { title: 'P', version: '1' }, paths: { '/pets': { get: RESPONSES } } };
  expect((await importing({ definition: elsewhere, backend: 'dogs' })).problems).toMatchObject([
    { code: 'reference.unknown', path: ['body', 'backend'] },
  ]);
});

test.each([
  ['a path', '/etc/passwd', 'definition.location'],
  ['a relative path', './petstore.yaml', 'definition.location'],
  ['a URL', 'https://169.254.169.254/latest', 'definition.location'],
  ['a file URL', 'file:///etc/passwd', 'definition.location'],
  ['a sentence', 'hello', 'definition.not-a-document'],
])('%s is not read as a definition', async (_, definition, code) => {
  const { imported, problems } = await createImporter()({ definition });
  expect(imported).toBeUndefined();
  expect(problems).toMatchObject([{ severity: 'error', code, path: ['body', 'definition'] }]);
});

test('what a definition refers to is neither read from this machine nor fetched', async () => {
  const importing = createImporter();
  let requests = 0;
  const server = createServer((_request, response) => {
    requests++;
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const refer = ($ref: string) => {
    const paths = { '/pets': { $ref, get: RESPONSES } };
    return importing({ definition: { openapi: '3.1.0', info: { title: 'P', version: '1' }, paths }, backend: 'pets' });
  };
  for (const location of ['./other.yaml', '/etc/hosts', 'file:///etc/hosts']) expect((await refer(location)).imported).toBeUndefined();
  await refer(`http://127.0.0.1:${port}/other.yaml`);
  expect(requests).toBe(0);
});

const FINE = { openapi: '3.1.0', info: { title: 'P', version: '1' }, paths: { '/pets': { get: RESPONSES } } };

function toInput(definition: unknown) {
  return { name: 'petstore', owner: null, draft: apis.apiDraft.parse({ definition, backend: 'pets' }), globalPolicies: [] };
}

test('a task that cannot even be sent to the thread fails alone, whatever runs or waits beside it', async () => {
  const importer = new DefinitionImporter();
  onTestFinished(() => importer.stop());
  const importing = (definition: unknown) =>
    importer.import(toInput(definition), async () => new Map([['pets', { id: 'id', type: 'http' }]]));
  const nested = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown;
  // Alone: nothing must be left standing in the way of the next.
  await expect(importing({ ...FINE, 'x-deep': nested })).rejects.toThrow(RangeError);
  const tasks = await Promise.allSettled([importing(FINE), importing({ ...FINE, 'x-deep': nested }), importing(FINE)]);
  expect(tasks.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('a task that hangs is given up, and the next is done', async () => {
  const importer = new DefinitionImporter({ taskMs: 6_000 });
  onTestFinished(() => importer.stop());
  const hanging = importer.import(toInput(FINE), () => new Promise(() => undefined));
  const next = importer.import(toInput(FINE), async () => new Map([['pets', { id: 'id', type: 'http' }]]));
  expect((await hanging).problems).toMatchObject([{ code: 'definition.too-large', message: expect.stringContaining('6 seconds') }]);
  expect((await next).imported?.backends).toEqual(['id']);
});

test.each([
  ['lists', `x-deep: ${'['.repeat(201)}${']'.repeat(201)}`],
  ['an anchor that holds itself', 'x-deep: &a { self: *a }'],
])('a text with %s, nested beyond reason, is refused', async (_, text) => {
  const definition = `openapi: 3.1.0\ninfo: { title: P, version: "1" }\npaths: {}\n${text}\n`;
  const { imported, problems } = await createImporter()({ definition, backend: 'pets' });
  expect(imported).toBeUndefined();
  expect(problems).toMatchObject([{ severity: 'error' }]);
});

test('imports that fail in the middle leave the thread able to do the next', async () => {
  const importer = new DefinitionImporter();
  onTestFinished(() => importer.stop());
  const draft = apis.apiDraft.parse({
    definition: { openapi: '3.1.0', info: { title: 'P', version: '1' }, paths: { '/pets': { get: RESPONSES } } },
    backend: 'pets',
  });
  const input = { name: 'petstore', owner: null, draft, globalPolicies: [] };
  const failing = importer.import(input, async () => {
    throw new Error('The database is gone');
  });
  const next = importer.import(input, async () => new Map([['pets', { id: 'id', type: 'http' }]]));
  await expect(failing).rejects.toThrow('The database is gone');
  expect((await next).imported?.backends).toEqual(['id']);
});

test('what waits is bounded, in all and of each caller, and who has waited longest for a turn comes next', async () => {
  const importer = new DefinitionImporter({ limits: { tasksMax: 4, tasksOfCallerMax: 2, bytesMax: 100_000, bytesOfCallerMax: 100_000 } });
  onTestFinished(() => importer.stop());
  const done: string[] = [];
  const importing = (caller: string | undefined, name: string, definition: object = FINE) =>
    importer
      .import(toInput(definition), async () => new Map([['pets', { id: 'id', type: 'http' }]]), caller)
      .then(
        () => void done.push(name),
        (error: unknown) => (error instanceof Refusal ? error.code : Promise.reject(error)),
      );
  const large = { ...FINE, 'x-large': 'x'.repeat(200_000) };
  // The first begins at once, however large; the others wait.
  const answers = await Promise.all([
    importing('ann', 'ann 1', large),
    importing('ann', 'ann 2'),
    importing('ann', 'ann 3'),
    importing('ann', 'ann 4'),
    importing('bob', 'bob 1'),
    importing('eve', 'too large', large),
    importing(undefined, 'nobody 1'),
    importing('eve', 'one too many'),
  ]);
  const limited = 'request.limited';
  expect(answers).toEqual([undefined, undefined, undefined, limited, undefined, limited, undefined, limited]);
  expect(done).toEqual(['ann 1', 'ann 2', 'bob 1', 'nobody 1', 'ann 3']);
  // Room again.
  expect(await importing('eve', 'later')).toBeUndefined();
});

test('a short pair of definitions that takes long to compare stops nobody else, and is given up', async () => {
  const importer = new DefinitionImporter({ compareMs: 500 });
  onTestFinished(() => importer.stop());
  const schema = (name: string) => ({ $ref: `#/components/schemas/${name}` });
  const text = (leaf: string) => {
    const responses = { 200: { description: 'x', content: { 'application/json': { schema: schema('S0') } } } };
    const nested = Array.from({ length: 60 }, (_, i) => {
      const next = schema(`S${i + 1}`);
      return [`S${i}`, { type: 'object', properties: { a: next, b: next, c: { allOf: [next, schema('S0')] } } }];
    });
    return {
      content: JSON.stringify({
        revision: { api: 'a', basePath: '/', errorProfile: 'problem', timeouts: {}, policies: [], routes: [] },
        variables: {},
      }),
      document: JSON.stringify({
        openapi: '3.0.0',
        info: { title: 'a', version: '1' },
        paths: Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`/x${i}`, { get: { responses } }])),
        components: { schemas: { ...Object.fromEntries(nested), S60: { type: leaf } } },
      }),
      backends: {},
    };
  };
  const [before, after] = [text('string'), text('integer')];
  expect(before.document.length + after.document.length).toBeLessThan(200_000);
  let turns = 0;
  const others = setInterval(() => turns++, 20);
  const diff = await importer.compare(before, after);
  clearInterval(others);
  expect(diff).toMatchObject({
    breaking: true,
    changes: [{ rule: 'comparison-incomplete', message: expect.stringContaining('0.5 seconds') }],
  });
  expect(turns).toBeGreaterThan(0);
});

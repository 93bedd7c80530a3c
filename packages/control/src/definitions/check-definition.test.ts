import { describeDatabases } from '@gatehouse/database/testing';
import { expect, onTestFinished, test } from 'vitest';
import { resolveBackends } from '../apis/resolve-backends.ts';
import { insertApi, migrateControl, startTestServer } from '../http/testing/test-server.ts';
import { DefinitionImporter } from '../import/definition-importer.ts';
import { newId } from '../schema/new-id.ts';
import type { ControlTables } from '../schema/tables.ts';
import { checkDefinition } from './check-definition.ts';
import type { ReadDocument } from './read-url.ts';

const TEXT = `openapi: 3.1.0
info: { title: Pets, version: 2 }
paths:
  /pet/findByStatus:
    get:
      operationId: findPetsByStatus
      summary: Finds pets
      responses: { '200': { description: Done } }
  /pet/{id}:
    delete: { parameters: [{ name: id, in: path, required: true, schema: { type: string } }], responses: { '204': { description: Gone } } }
`;

describeDatabases<ControlTables>(
  'checking a definition',
  (open) => {
    async function start(documents: Record<string, string | ReadDocument> = {}) {
      const database = await open();
      const importer = new DefinitionImporter();
      onTestFinished(() => importer.stop());
      const asked: string[] = [];
      const readUrl = async (url: string): Promise<ReadDocument> => {
        asked.push(url);
        const found = documents[url] ?? { refused: `${url} is not allowed` };
        return typeof found === 'string' ? { text: found, url } : found;
      };
      const server = await startTestServer(database, {
        implementations: [checkDefinition({ database, importer, readUrl, resolveBackends })],
      });
      const times = { managed_by: null, version: 1, created_at: 0, updated_at: 0, description: null };
      await database.transaction(async (tx) => {
        for (const [name, owner] of [
          ['ours', 'pets'],
          ['theirs', 'birds'],
        ] as const) {
          const id = newId();
          await tx
            .insertInto('backends')
            .values({ id, name, type: 'http', owner, ...times })
            .execute();
          await tx.insertInto('backend_names').values({ name, backend_id: id }).execute();
        }
      });
      const token = await server.token('developer', 'pets');
      const call = (body: object) => server.call('POST', '/definitions', { token, body });
      const check = async (body: object) => {
        const answer = await call(body);
        expect(answer.status, answer.text).toBe(200);
        return answer.body;
      };
      return { server, call, check, asked };
    }

    test('200: tells what is in a text, and nothing wrong where nothing is, though no backend service is chosen yet', async () => {
      const { check } = await start();
      const checked = await check({ text: TEXT });
      expect(checked).toMatchObject({
        text: null,
        title: 'Pets',
        version: '2',
        operations: [
          { method: 'GET', path: '/pet/findByStatus', operationId: 'findPetsByStatus', summary: 'Finds pets' },
          { method: 'DELETE', path: '/pet/{id}', operationId: null, summary: null },
        ],
        definition: { openapi: '3.1.0', paths: { '/pet/{id}': { delete: {} } } },
      });
      expect(checked.problems).toEqual([]);
      const swagger = { swagger: '2.0', info: { title: 'Old', version: '1' }, paths: { '/a': { get: { responses: {} } } } };
      expect(await check({ text: JSON.stringify(swagger) })).toMatchObject({ title: 'Old', operations: [{ method: 'GET', path: '/a' }] });
    });

    test('200: what is wrong stands at its line and column, beside everything that can be read', async () => {
      const { check } = await start();
      const wrong = await check({
        text: TEXT.replace('    get:\n', '    gett: {}\n    get:\n      x-gatehouse-policies: [{ rate-limitt: {} }]\n'),
      });
      expect(wrong.operations).toHaveLength(2);
      expect(wrong.definition).toMatchObject({ openapi: '3.1.0' });
      expect(wrong.problems).toMatchObject([
        { code: 'definition.unknown-key', path: ['paths', '/pet/findByStatus', 'gett'], place: { file: 'definition', line: 5, column: 5 } },
        { severity: 'error', place: { line: 7 } },
      ]);
      const unknown = await check({ text: TEXT.replace('    get:\n', '    get:\n      x-gatehouse-integration: { backend: theirs }\n') });
      expect(unknown.problems).toMatchObject([
        {
          code: 'reference.unknown',
          path: ['paths', '/pet/findByStatus', 'get', 'x-gatehouse-integration', 'backend'],
          place: { line: 6 },
        },
      ]);
      expect(
        (await check({ text: TEXT.replace('    get:\n', '    get:\n      x-gatehouse-integration: { backend: ours }\n') })).problems,
      ).toEqual([]);
    });

    test('200: what cannot be read at all has no definition, and says where it breaks off', async () => {
      const { check } = await start();
      const syntax = await check({ text: 'openapi: 3.1.0\npaths: {\n' });
      expect(syntax).toMatchObject({ definition: null, operations: [], title: null, problems: [{ place: { line: 3 } }] });
      const bomb = Array.from({ length: 9 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(9)}]`);
      for (const text of [`a0: &a0 x\n${bomb.join('\n')}`, `x: ${'['.repeat(300)}${']'.repeat(300)}`, '/etc/passwd', '[1]', '']) {
        const checked = await check({ text });
        expect(checked, text.slice(0, 20)).toMatchObject({ definition: null, operations: [] });
        expect(checked.problems, text.slice(0, 20)).toHaveLength(1);
      }
    });

    test('200: a document at a URL is read with the documents that it refers to, each asked for once', async () => {
      const { check, asked } = await start({
        'https://docs.example/api/pets.yaml': TEXT.replace(
          "'200': { description: Done }",
          "'200': { $ref: './parts.yaml#/responses/Pets' }",
        ),
        'https://docs.example/api/parts.yaml': `responses:\n  Pets: { description: Some, content: { application/json: { schema: { $ref: '../schemas.json' } } } }\n`,
        'https://docs.example/schemas.json': '{ "type": "array" }',
      });
      const checked = await check({ url: 'https://docs.example/api/pets.yaml' });
      expect(checked.problems).toEqual([]);
      expect(checked.text).toContain('./parts.yaml');
      expect(JSON.stringify(checked.definition)).toMatch(/"Some".*"array"|"array".*"Some"/);
      expect(JSON.stringify(checked.definition)).not.toContain('parts.yaml');
      expect(asked).toEqual([
        'https://docs.example/api/pets.yaml',
        'https://docs.example/api/parts.yaml',
        'https://docs.example/schemas.json',
      ]);
      // As it was read, it can be saved.
      expect((await check({ text: JSON.stringify(checked.definition) })).problems).toEqual([]);
    });

    test('200: a reference that may not be followed is a problem at its place, told by the URL that was asked for', async () => {
      const referring = TEXT.replace("'200': { description: Done }", "'200': { $ref: 'http://169.254.169.254/x.yaml' }");
      const { check } = await start({
        'https://docs.example/pets.yaml': { text: referring, url: 'https://store.example/pets.yaml?signature=hunter2' },
      });
      const checked = await check({ url: 'https://docs.example/pets.yaml' });
      expect(checked.problems).toMatchObject([
        {
          message: expect.stringContaining('http://169.254.169.254/x.yaml is not allowed'),
          place: { file: 'https://docs.example/pets.yaml', line: 8 },
        },
      ]);
      expect(checked.definition).toMatchObject({ openapi: '3.1.0' });
      expect(JSON.stringify(checked)).not.toContain('hunter2');
      // A text has no place that a reference could be relative to, and is saved as one document.
      expect((await check({ text: referring })).problems).toMatchObject([{ place: { file: 'definition', line: 8 } }]);
    });

    test('200: of a definition of very many documents so many are read, and the others are said to be too many', async () => {
      const codes = Array.from({ length: 150 }, (_, at) => 400 + at);
      const responses = codes.map((code) => `'${code}': { $ref: './${code}.yaml' }`);
      const { check, asked } = await start({
        'https://docs.example/pets.yaml': TEXT.replace(
          "'200': { description: Done }",
          `'200': { description: Done }, ${responses.join(', ')}`,
        ),
        ...Object.fromEntries(codes.map((code) => [`https://docs.example/${code}.yaml`, 'description: Wrong'])),
      });
      const checked = await check({ url: 'https://docs.example/pets.yaml' });
      expect(asked).toHaveLength(101);
      expect(checked.problems).toHaveLength(50);
      expect(checked.problems[0].message).toContain('at most 100 documents');
    });

    test('200: for an API, with what its draft says of parameters; 404 for an API of others', async () => {
      const { server, call, check } = await start();
      await insertApi(server.database, 'shop', 'pets');
      await insertApi(server.database, 'nest', 'birds');
      const draft = JSON.stringify({ owner: 'pets', parameters: { team: 'one' } });
      await server.database.transaction((tx) => tx.updateTable('apis').set({ draft }).where('name', '=', 'shop').execute());
      const text = TEXT.replace('operationId: findPetsByStatus', "x-gatehouse-integration: { path: '/${team}' }");
      expect((await check({ text })).problems).toMatchObject([{ message: expect.stringContaining('team') }]);
      expect((await check({ text, api: 'shop' })).problems).toEqual([]);
      expect((await call({ text, api: 'nest' })).status).toBe(404);
    });

    test('422: a URL that cannot or may not be read, with the reason', async () => {
      const { call } = await start();
      const answer = await call({ url: 'https://elsewhere.example/pets.yaml' });
      expect([answer.status, answer.body.code, answer.body.detail]).toEqual([
        422,
        'reference.unknown',
        'https://elsewhere.example/pets.yaml is not allowed',
      ]);
      expect(answer.body.problems).toMatchObject([{ path: ['body', 'url'] }]);
    });

    test('400: neither a text nor a URL, or both', async () => {
      const { call } = await start();
      for (const body of [{}, { text: TEXT, url: 'https://docs.example/' }, { url: 'pets.yaml' }])
        expect((await call(body)).status).toBe(400);
    });

    test('403: who may not save drafts', async () => {
      const { server } = await start();
      const token = await server.token('viewer', 'pets');
      expect((await server.call('POST', '/definitions', { token, body: { text: TEXT } })).status).toBe(403);
    });
  },
  migrateControl,
);

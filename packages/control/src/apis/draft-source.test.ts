import { apis } from '@gatehouse/contract/management';
import { migrate } from '@gatehouse/database';
import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import { createControl, refusalOf } from '../publishing/control-fixture.ts';
import { MIGRATIONS } from '../schema/migrations.ts';
import type { ControlTables } from '../schema/tables.ts';

const NAMED = { params: { name: 'pets' } };
const TEXT = `# Kept for people
openapi: 3.1.0
info: { title: 'Pets of \${team}', version: '1' }
paths:
  /pets:
    get:
      x-gatehouse-integration: { type: mock, body: '$\${kept}' }
      responses: { '200': { description: Done } }
`;

describeDatabases<ControlTables>(
  'The definition of a draft as it was written',
  (open) => {
    test('comes back with its comments and placeholders, and stays as it is when only the rest of the draft is sent', async () => {
      const { call } = await createControl(await open());
      await call(apis.putApi, { ...NAMED, body: { definition: TEXT, parameters: { team: 'one' } } });
      expect((await call(apis.getDefinitionSource, NAMED)).body.text).toBe(TEXT);
      const { body } = await call(apis.putApi, { ...NAMED, body: { parameters: { team: 'two' }, group: 'shop' } });
      expect(body).toMatchObject({ title: 'Pets of two', group: 'shop', operations: 1 });
      expect((await call(apis.getDefinitionSource, NAMED)).body.text).toBe(TEXT);
      expect(JSON.stringify((await call(apis.getDefinition, NAMED)).body)).toContain('${kept}');
    });

    test('is laid out when it was sent as an object', async () => {
      const { call } = await createControl(await open());
      const definition = { openapi: '3.1.0', info: { title: 'Pets', version: '1' }, paths: {} };
      await call(apis.putApi, { ...NAMED, body: { definition } });
      expect((await call(apis.getDefinitionSource, NAMED)).body.text).toBe(JSON.stringify(definition, null, 2));
    });

    test('is asked for where there is none yet', async () => {
      const { call } = await createControl(await open());
      const refusal = await refusalOf(call(apis.putApi, { ...NAMED, body: { group: 'shop' } }));
      expect([refusal.code, refusal.extras.problems]).toMatchObject(['request.invalid', [{ path: ['body', 'definition'] }]]);
    });

    test('the list says which drafts differ from their newest revision', async () => {
      const { call } = await createControl(await open());
      const mock = { type: 'mock', body: 'x' };
      const responses = { 200: { description: 'Done' } };
      const definition = {
        openapi: '3.1.0',
        info: { title: 'P', version: '1' },
        paths: { '/p': { get: { 'x-gatehouse-integration': mock, responses } } },
      };
      for (const name of ['a', 'b', 'c']) await call(apis.putApi, { params: { name }, body: { definition } });
      for (const name of ['b', 'c']) await call(apis.publishApi, { params: { name }, body: { environment: 'test' } });
      await call(apis.putApi, { params: { name: 'c' }, body: { definition: { ...definition, info: { title: 'Q', version: '2' } } } });
      const { items } = (await call(apis.listApis, {})).body;
      expect(items.map(({ name, changed }) => [name, changed])).toEqual([
        ['a', true],
        ['b', false],
        ['c', true],
      ]);
    });
  },
  (database) => migrate(database, MIGRATIONS),
);

import { expect, test } from 'vitest';
import { brief, importFiles, importYaml } from './import-fixture.ts';

const HEAD = 'openapi: 3.1.0\ninfo: { title: T, version: "1" }\n';
const codes = async (text: string) => (await importYaml(text, { backend: 'b' })).problems.map((problem) => problem.code);

test('keys named __proto__ and constructor reach no prototype', async () => {
  const text = `{
    "openapi": "3.0.3", "info": { "title": "T", "version": "1", "__proto__": { "title": "x" } },
    "__proto__": { "polluted": true }, "constructor": { "prototype": { "polluted": true } },
    "paths": { "__proto__": {}, "/a": { "get": { "x-gatehouse-integration":
      { "type": "mock", "headers": { "__proto__": "'a'" }, "body": "{}" } } } },
    "components": { "schemas": { "__proto__": { "polluted": true }, "a": { "$ref": "#/components/schemas/__proto__" }, "b": { "$ref": "#/constructor/name" } } }
  }`;
  const { definition, problems } = await importFiles({ 'api.json': text }, { backend: 'b' });
  expect(problems.map((problem) => problem.code)).toContain('route.invalid-path');
  expect(definition).toBeUndefined();
  const { definition: kept } = await importFiles(
    { 'api.json': text.replace('"paths": { "__proto__": {},', '"paths": {').replace(/, "b": .*name" \}/, '') },
    { backend: 'b' },
  );
  expect(kept?.routes).toMatchObject([{ method: 'GET', integration: { kind: 'mock' } }]);
  expect(Object.keys(kept?.routes[0]?.integration.kind === 'mock' ? kept.routes[0].integration.headers : {})).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(kept?.document)).toBe(Object.prototype);
  expect({}).not.toHaveProperty('polluted');
  const inherited = `${HEAD}paths: { /a: { get: {} } }\ncomponents: { schemas: { a: { $ref: "#/info/constructor/name" } } }\n`;
  expect(await codes(inherited)).toEqual(['definition.unresolved-reference']);
});

test('nesting without end is refused before it ends the stack', async () => {
  const deep = (open: string, close: string, times: number) => open.repeat(times) + close.repeat(times);
  expect(await codes(`${HEAD}paths: {}\nx: ${deep('[', ']', 50_000)}`)).toContain('yaml.too-deep');
  const nested = JSON.parse(`${'{"items":'.repeat(3000)}{}${'}'.repeat(3000)}`);
  const inline = await importFiles(
    {},
    { definition: { openapi: '3.1.0', info: { title: 'T', version: '1' }, paths: {}, components: { schemas: { a: nested } } } },
  );
  expect(inline.problems.map((problem) => problem.code)).toContain('definition.too-large');
  const data = await importFiles({}, { definition: { openapi: '3.1.0', info: { title: 'T', version: '1' }, paths: {}, 'x-data': nested } });
  expect(data.problems.map((problem) => problem.code)).toContain('definition.too-large');
});

test('aliases that multiply are refused', async () => {
  const lines = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 9; i++)
    lines.push(
      `${'abcdefghi'[i]}: &${'abcdefghi'[i]} [${Array(10)
        .fill(`*${'abcdefghi'[i - 1]}`)
        .join(', ')}]`,
    );
  const { definition } = await importYaml(`${HEAD}paths: {}\nx-bomb:\n${lines.map((line) => `  ${line}`).join('\n')}\n`);
  expect(definition).toBeUndefined();
});

test('references that feed on themselves end', async () => {
  const text = `${HEAD}paths:
  /a: { $ref: "#/paths/~1a" }
  /b: { $ref: "#/paths/~1b/get" }
  /c: { get: { $ref: "#/paths/~1c/get/x/y" } }
components:
  schemas:
    List: { items: { $ref: "#/components/schemas/List" } }
    Both: { allOf: [{ $ref: "#/components/schemas/Both" }, { $ref: "#/components/schemas/Both" }] }
`;
  expect((await codes(text)).filter((code) => code === 'definition.unresolved-reference')).toHaveLength(3);
});

test('a file that is no file, and a chain of files without end, are refused', async () => {
  expect(brief((await importYaml(`${HEAD}paths: { /a: { $ref: /dev/zero } }`)).problems)).toEqual([
    'error 3:22 definition.unresolved-reference',
  ]);
  const files: Record<string, string> = { 'api.yaml': `${HEAD}paths: { /a: { $ref: 0.yaml } }` };
  for (let i = 0; i < 510; i++) files[`${i}.yaml`] = `get: { requestBody: { $ref: "${i + 1}.yaml#/get/requestBody" } }\n`;
  const { problems, inputs } = await importFiles(files, { backend: 'b' });
  expect(problems.some((problem) => problem.message.includes('at most 500 documents'))).toBe(true);
  expect(inputs.length).toBeLessThanOrEqual(500);
});

test.each([
  '',
  '[]',
  'null',
  '"text"',
  '{}',
  'openapi: 3.0.3',
  'openapi: 3.0.3\npaths: []',
  'openapi: 3.0.3\npaths: { /a: null, /b: { get: null } }',
])('%j is refused in words', async (text) => {
  const { definition, problems } = await importYaml(text, { backend: 'b' });
  expect(definition).toBeUndefined();
  expect(problems.some((problem) => problem.severity === 'error')).toBe(true);
});

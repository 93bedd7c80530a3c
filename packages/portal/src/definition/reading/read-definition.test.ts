import { describe, expect, it } from 'vitest';
import { ApiDocument } from '../document/api-document.ts';
import { UnreadableError } from './parse-text.ts';
import { readDefinition } from './read-definition.ts';

describe('a definition', () => {
  it('is read from YAML and from JSON alike', async () => {
    const yaml = await readDefinition('openapi: 3.1.0\ninfo: { title: Pets }\npaths:\n  /pets:\n    get: { tags: [pet], summary: List }\n');
    const json = await readDefinition(
      '{"openapi":"3.1.0","info":{"title":"Pets"},"paths":{"/pets":{"get":{"tags":["pet"],"summary":"List"}}}}',
    );
    expect(yaml).toEqual(json);
    expect(yaml.openApi?.operations.map(({ key, summary }) => [key, summary])).toEqual([['GET /pets', 'List']]);
  });

  it('lists operations by tag, those of references and webhooks too, and leaves extensions alone', async () => {
    const { openApi } = await readDefinition(`
openapi: 3.1.0
tags: [{ name: store }, { name: pet, description: The pets }, { name: unused }]
paths:
  x-internal: { get: {} }
  /pets: { $ref: '#/components/pathItems/Pets' }
  /plain: { parameters: [], get: {}, summary: none }
webhooks:
  sold: { post: { summary: Sold } }
components:
  pathItems:
    Pets: { get: { tags: [pet, store] }, delete: { tags: [pet], deprecated: true } }
`);
    expect(openApi?.groups.map(({ name, operations }) => [name, operations.map((position) => openApi.operations[position]?.key)])).toEqual([
      ['store', ['GET /pets']],
      ['pet', ['GET /pets', 'DELETE /pets']],
      ['Other operations', ['GET /plain']],
      ['Webhooks', ['POST sold']],
    ]);
  });

  it.each([
    ['nothing', ''],
    ['a word', 'hello'],
    ['a list', '[1, 2]'],
    ['broken JSON', '{"openapi": '],
    ['broken YAML', 'openapi: "3\n  a: ['],
    ['an alias that holds itself', 'openapi: 3.1.0\na: &a\n  b: *a\n'],
    [
      'aliases that multiply',
      `a: &a0 [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 12 }, (_, n) => `b${n}: &a${n + 1} [${`*a${n},`.repeat(9)}]`).join('\n')}\n`,
    ],
  ])('that is %s is refused in words', async (_, text) => {
    await expect(readDefinition(text)).rejects.toThrow(UnreadableError);
  });

  it('may be nested as deeply as it likes: it is read, or refused in words', async () => {
    for (const text of [
      `{"openapi":"3.1.0","a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      `openapi: 3.1.0\na: ${'['.repeat(20_000)}${']'.repeat(20_000)}`,
    ]) {
      const read = await readDefinition(text).catch((error: unknown) => error);
      expect(read instanceof UnreadableError || Object.hasOwn(read as object, 'parts')).toBe(true);
    }
  });

  it('may name what the language has, too', async () => {
    const { parts } = await readDefinition('{"openapi":"3.1.0","components":{"schemas":{"constructor":{"type":"integer"}}}}');
    expect(new ApiDocument(parts).resolve({ $ref: '#/components/schemas/constructor' }).value).toEqual({ type: 'integer' });
  });
});

import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { toYaml } from './entity-yaml.ts';

const entity = (definition: unknown) => ({
  apiVersion: 'backstage.io/v1alpha1' as const,
  kind: 'API' as const,
  metadata: { name: 'pets', description: 'a: b\n---\n', tags: ['1', 'null', 'yes'], annotations: { a: '~', b: '0x1f', c: '2026-01-01' } },
  spec: { type: 'openapi', definition },
});

test.each([
  '{}',
  '{\n  "a": 1\n}\n',
  'a: 1\n\n\n',
  '\n  begins: with a gap\n \n   \nends',
  '---\na: 1\n...\n--- # again\n',
  '\ttab: "x"\n',
  'carriage: return\r\nnext\r',
  'control \u0000\u0085\u2028\ufeff\u007f and 😀',
  'lone \ud800 surrogate',
  '   ',
  '# only a comment',
  '|',
  '%YAML 1.1',
])('%j is read back as it was by two readers of YAML', (definition) => {
  const text = toYaml([entity(definition)]);
  expect(load(text)).toEqual(entity(definition));
  expect(parse(text)).toEqual(entity(definition));
});

test('a definition of megabytes is written', () => {
  const definition = `${'  "key": "value",\n'.repeat(500_000)}end`;
  expect((load(toYaml([entity(definition)])) as ReturnType<typeof entity>).spec.definition).toBe(definition);
});

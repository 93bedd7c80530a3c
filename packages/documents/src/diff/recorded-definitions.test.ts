import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isObject } from '../openapi/definition-document.ts';
import { parseYaml } from '../source/yaml-source.ts';
import { diffDefinitions } from './diff-definitions.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../../../test/data/openapi');
const OPERATION = /^(get|put|post|delete|options|head|patch|x-amazon-apigateway-any-method)$/;
const files = readdirSync(FOLDER).filter((file) => /\.(json|yaml)$/.test(file));

function read(file: string): Record<string, unknown> {
  const value = parseYaml(file, readFileSync(path.join(FOLDER, file), 'utf8')).source?.value;
  if (!isObject(value)) throw new Error(`${file} is no object`);
  return structuredClone(value);
}

test.each(files)('%s: the same is no change, and an operation that is taken out is the only one', (file) => {
  const document = read(file);
  expect(diffDefinitions(document, read(file))).toEqual({ changes: [], breaking: false });
  const after = read(file);
  const [template = '', item = {}] = Object.entries(after.paths as Record<string, Record<string, unknown>>)[0] ?? [];
  const [key = '', ...others] = Object.keys(item).filter((name) => OPERATION.test(name));
  delete item[key];
  const rule = others.length > 0 ? 'operation-removed' : 'path-removed';
  const method = key.startsWith('x-') ? 'ANY' : key.toUpperCase();
  expect(diffDefinitions(document, after)).toMatchObject({
    breaking: true,
    changes: [{ rule, breaking: true, operation: { method, path: template } }],
  });
  expect(diffDefinitions(document, after).changes).toHaveLength(1);
});

test('a first definition adds every operation, one that is gone removes them', () => {
  const document = read('petstore-swagger.json');
  const added = diffDefinitions(undefined, document);
  expect(added.breaking).toBe(false);
  expect(new Set(added.changes.map(({ rule }) => rule))).toEqual(new Set(['path-added']));
  const removed = diffDefinitions(document, undefined);
  expect(removed.breaking).toBe(true);
  expect(removed.changes.map(({ operation }) => operation)).toEqual(added.changes.map(({ operation }) => operation));
  expect(diffDefinitions(undefined, undefined)).toEqual({ changes: [], breaking: false });
});

import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { findPolicyKind, POLICY_KINDS } from './policy-registry.ts';

test('a name finds its kind, and any other name none', () => {
  for (const kind of POLICY_KINDS) expect(findPolicyKind(kind.name)).toBe(kind);
  for (const name of ['', 'Cors', 'constructor', '__proto__']) expect(findPolicyKind(name)).toBeUndefined();
  expect(new Set(POLICY_KINDS.map(({ name }) => name)).size).toBe(POLICY_KINDS.length);
});

interface ObjectSchema {
  type: string;
  additionalProperties: boolean;
  properties: Record<string, { description?: string }>;
}

test.each(POLICY_KINDS)('$name: its schema becomes JSON Schema, closed, with a description of every field', ({ config }) => {
  const schema = z.toJSONSchema(config, { io: 'input' }) as unknown as ObjectSchema;
  expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
  for (const [name, field] of Object.entries(schema.properties)) expect(field.description, name).toMatch(/\S{3}/);
});

/** Names of all fields, those of fields included. */
function fieldNames(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {} } = schema as Partial<ObjectSchema>;
  return Object.entries(properties).flatMap(([name, field]) => [name, ...fieldNames(field)]);
}

test.each(POLICY_KINDS)('$name: its page in the docs has a row for every field, and for no other', ({ name, config }) => {
  const page = readFileSync(new URL(`../../../../docs/policies/${name}.md`, import.meta.url), 'utf8');
  expect(page.startsWith(`# ${name}\n`)).toBe(true);
  const documented = [...page.matchAll(/^\| `([A-Za-z]+)`/gm)].map((match) => match[1]);
  expect(new Set(documented)).toEqual(new Set(fieldNames(z.toJSONSchema(config, { io: 'input' }))));
});

test.each(POLICY_KINDS)('$name is the name of its folder', ({ name }) => {
  expect(existsSync(new URL(`./${name}/policy.ts`, import.meta.url))).toBe(true);
});

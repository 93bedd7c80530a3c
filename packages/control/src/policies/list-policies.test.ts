import type { OperationResult, portal } from '@gatehouse/contract/management';
import { expect, test } from 'vitest';
import { Caller } from '../access/caller.ts';
import { checkAnswer } from '../http/check-answer.ts';
import { listPolicies } from './list-policies.ts';

type Policies = OperationResult<typeof portal.listPolicies>;

async function policies(): Promise<Policies['items']> {
  const { operation, handle } = listPolicies();
  const caller = new Caller({ name: 'ann', role: 'viewer', teams: ['pets'] });
  const call = { params: undefined, query: undefined, body: undefined, ifMatch: undefined, address: '', requestId: '' };
  const answer = await handle({ ...call, caller });
  checkAnswer(operation, answer);
  return (answer.body as Policies).items;
}

interface Schema {
  title?: string;
  description?: string;
  properties?: Record<string, Schema>;
  anyOf?: Schema[];
  additionalProperties?: Schema | boolean;
}

/** Every field, at any depth, by its way. */
function fieldsOf(schema: Schema, path: string): [string, Schema][] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, field]): [string, Schema][] => [
    [`${path}.${name}`, field],
    ...fieldsOf(field, `${path}.${name}`),
  ]);
  const { anyOf = [], additionalProperties = false } = schema;
  const others = typeof additionalProperties === 'object' ? [...anyOf, additionalProperties] : anyOf;
  return [...own, ...others.flatMap((branch) => fieldsOf(branch, path))];
}

test('every field of every policy has a title and a sentence, as forms need them', async () => {
  const found = await policies();
  expect(found.map(({ title }) => title)).toContain('Rate limit');
  for (const { name, description, config } of found) {
    expect(description, name).toMatch(/^[A-Z].*\.$/);
    expect(config, name).toMatchObject({ type: 'object', additionalProperties: false });
    for (const [path, field] of fieldsOf(config as Schema, name)) {
      expect(field.title, path).toMatch(/^[A-Z]/);
      expect(field.description, path).toMatch(/^[A-Z].*\.$/);
    }
  }
});

test('forms learn defaults, and which texts are durations and sizes', async () => {
  const byName = new Map((await policies()).map(({ name, config }) => [name, config as unknown as { properties: Record<string, object> }]));
  expect(byName.get('rate-limit')?.properties).toMatchObject({
    algorithm: { default: 'sliding-window', enum: ['sliding-window', 'fixed-window', 'token-bucket'] },
    window: { anyOf: [{ type: 'string', format: 'gatehouse-duration', examples: expect.arrayContaining(['10s']) }, { const: 0 }] },
  });
  expect(byName.get('request-size')?.properties).toMatchObject({
    limit: { anyOf: [{ format: 'gatehouse-size', examples: expect.arrayContaining(['10MiB']) }, { type: 'integer' }] },
  });
});

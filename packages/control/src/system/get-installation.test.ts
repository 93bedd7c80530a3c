import { BACKEND_TYPES, definitionFault, unavailableType, writtenBackendDefinition } from '@gatehouse/contract';
import type { OperationResult, portal } from '@gatehouse/contract/management';
import { expect, test } from 'vitest';
import { Caller } from '../access/caller.ts';
import { checkAnswer } from '../http/check-answer.ts';
import { getInstallation } from './get-installation.ts';

type Installation = OperationResult<typeof portal.getInstallation>;

async function installation(forbiddenBackendTypes: string[] = []): Promise<Installation> {
  const { operation, handle } = getInstallation({
    version: '1.2.3',
    addresses: { all: async () => ['https://api.example.com'] },
    regionRule: () => ({ region: forbiddenBackendTypes.length === 0 ? undefined : 'cn-hongkong', forbiddenBackendTypes }),
  });
  const caller = new Caller({ name: 'ann', role: 'viewer', teams: ['pets'] });
  const call = { params: undefined, query: undefined, body: undefined, ifMatch: undefined, address: '', requestId: '' };
  const answer = await handle({ ...call, caller });
  checkAnswer(operation, answer);
  return answer.body as Installation;
}

const EXAMPLES: Record<string, object> = {
  http: { url: 'http://pets:8080', retry: { attempts: 2 } },
  vpc: { network: 'office', https: true },
  'service-discovery': { service: { name: '_http._tcp.pets.example.com' } },
  mock: { mock: { examples: true } },
  mixed: { mock: { status: 204 } },
};

test('tells every type that can be made, forbidden or not, and no other', async () => {
  const { version, gatewayUrls, region, backendTypes } = await installation(['http']);
  expect([version, gatewayUrls, region]).toEqual(['1.2.3', ['https://api.example.com'], 'cn-hongkong']);
  expect(backendTypes.map(({ type }) => type)).toEqual(BACKEND_TYPES.filter((type) => unavailableType(type) === undefined));
  expect(backendTypes.filter(({ forbidden }) => forbidden).map(({ type }) => type)).toEqual(['http']);
  expect((await installation()).region).toBeNull();
});

test('the schema of a type has what a definition of it may have, and nothing that it may not', async () => {
  const { backendTypes } = await installation();
  for (const { type, definition } of backendTypes) {
    const { properties, additionalProperties } = definition as { properties: Record<string, unknown>; additionalProperties: boolean };
    expect(additionalProperties).toBe(false);
    const example = EXAMPLES[type] ?? {};
    // The gateway answers itself: there is nothing to repeat.
    expect('retry' in properties, type).toBe(type !== 'mock');
    expect(Object.keys(properties), type).toEqual(expect.arrayContaining(Object.keys(example)));
    expect(definitionFault(writtenBackendDefinition.parse(example), type), type).toBeUndefined();
    for (const [other, wrong] of Object.entries(EXAMPLES)) {
      const fits = Object.keys(wrong).every((key) => key in properties);
      const isRefused = definitionFault(writtenBackendDefinition.parse(wrong), type) !== undefined;
      expect([type, other, fits], `${other} as ${type}`).toEqual([type, other, !isRefused]);
    }
  }
});

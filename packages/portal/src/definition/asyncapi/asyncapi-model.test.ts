import { expect, it } from 'vitest';
import { ApiDocument } from '../document/api-document.ts';
import { readDefinition } from '../reading/read-definition.ts';
import { readAsyncOperations } from './asyncapi-model.ts';

const read = async (text: string) => readAsyncOperations(new ApiDocument((await readDefinition(text)).parts));

it('version 2 has its operations in channels, with one message or several', async () => {
  const operations = await read(`
asyncapi: 2.6.0
channels:
  pets/{id}:
    parameters: { id: { schema: { type: integer } } }
    publish: { summary: Tell of a pet, message: { oneOf: [{ $ref: '#/components/messages/Sold' }, { name: Born, payload: {} }] } }
    subscribe: { message: { payload: { type: string }, examples: [{ payload: hello }] } }
components:
  messages: { Sold: { payload: { type: object } } }
`);
  expect(operations.map(({ key, title, messages }) => [key, title, messages.map(({ name }) => name)])).toEqual([
    ['PUBLISH pets/{id}', 'Tell of a pet', ['Sold', 'Born']],
    ['SUBSCRIBE pets/{id}', 'pets/{id}', ['Message 1']],
  ]);
  expect(operations[1]?.messages[0]?.payload.examples[0]?.value).toBe('hello');
});

it('version 3 has operations that refer to channels; channels without one are listed, too', async () => {
  const operations = await read(`
asyncapi: 3.0.0
channels:
  petSold: { address: pets.sold, messages: { PetSold: { payload: { schemaFormat: x, schema: { type: object } } } } }
  idle: { address: nothing, messages: {} }
operations:
  onPetSold: { action: receive, channel: { $ref: '#/channels/petSold' }, summary: A pet was sold }
`);
  expect(operations.map(({ key, address, title }) => [key, address, title])).toEqual([
    ['RECEIVE onPetSold', 'pets.sold', 'A pet was sold'],
    ['CHANNEL nothing', 'nothing', 'nothing'],
  ]);
  expect(operations[0]?.messages).toMatchObject([{ name: 'PetSold', payload: { schema: { type: 'object' } } }]);
});

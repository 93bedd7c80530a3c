import { expect, test } from 'vitest';
import { createTestExchange } from '../../policies/test-exchange.ts';
import type { IntegrationContext } from '../integration-kind.ts';
import { mockIntegration } from './integration.ts';
import { preferredMediaType } from './media-type.ts';

const context = { parameterNames: ['id'], variables: { stage: 'blue' } } as unknown as IntegrationContext;

test('references in a template are filled in, and a full stop behind one stays', () => {
  const text = `{"id":"$input.params('id')","q":"$input.params(\\"q\\")","v":"$stageVariables.stage."}`;
  const mock = mockIntegration.compile(
    { kind: 'mock', status: 201, headers: { 'X-V': "'lit'" }, bodies: [{ contentType: 'text/plain', text }], template: true },
    context,
  );
  const reply = mock.invoke(Object.assign(createTestExchange(), { params: ['7%208'], query: 'q=a' }));
  expect(reply).toMatchObject({
    status: 201,
    fields: ['X-V', 'lit', 'Content-Type', 'text/plain'],
    body: '{"id":"7 8","q":"a","v":"blue."}',
  });
});

test('the body is the one that the client prefers, else the first', () => {
  const types = ['application/json', 'text/xml', 'text/html; charset=utf-8'];
  expect(preferredMediaType(undefined, types)).toBe(0);
  expect(preferredMediaType('text/html', types)).toBe(2);
  expect(preferredMediaType('text/*;q=0.5, application/json;q=0.1', types)).toBe(1);
  expect(preferredMediaType('text/*, text/xml;q=0', types)).toBe(2);
  expect(preferredMediaType('image/png', types)).toBe(0);
});

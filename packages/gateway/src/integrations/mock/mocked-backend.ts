import type { HttpIntegrationUse, MockDefinition, MockIntegrationUse } from '@gatehouse/contract';
import { type CompiledIntegration, IntegrationConfigError, type IntegrationContext } from '../integration-kind.ts';
import { mockIntegration } from './integration.ts';

/** The answers of a backend that the gateway stands in for. Throws `IntegrationConfigError` where it has none for the operation. */
export function compileMockedBackend(
  use: HttpIntegrationUse,
  { headers, answer }: MockDefinition,
  backend: string,
  context: IntegrationContext,
): CompiledIntegration {
  const base = answer === undefined ? use.example : toMock(answer);
  if (base === undefined) {
    const remedy = 'describe a successful response with an example, or give the backend an answer of its own';
    throw new IntegrationConfigError(`The backend "${backend}" answers with examples, and the operation has none: ${remedy}`);
  }
  const own = Object.entries(headers).map(([name, value]) => [name, `'${value}'`] as const);
  return mockIntegration.compile({ ...base, headers: { ...base.headers, ...Object.fromEntries(own) } }, context);
}

function toMock({ status, body }: NonNullable<MockDefinition['answer']>): MockIntegrationUse {
  return { kind: 'mock', status, headers: {}, bodies: body === undefined ? [] : [body] };
}

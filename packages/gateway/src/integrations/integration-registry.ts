import type { IntegrationUse } from '@gatehouse/contract';
import { httpIntegration } from './http/integration.ts';
import { type CompiledIntegration, IntegrationConfigError, type IntegrationContext } from './integration-kind.ts';
import { mockIntegration } from './mock/integration.ts';

/** Compiles an integration by its kind. Adding one is its folder, its type in the contract, and its line here. */
export function compileIntegration(use: IntegrationUse, context: IntegrationContext): CompiledIntegration {
  switch (use.kind) {
    case 'http':
      return httpIntegration.compile(use, context);
    case 'mock':
      return mockIntegration.compile(use, context);
    default:
      throw new IntegrationConfigError(`There is no integration of the kind "${String((use as { kind: unknown }).kind)}"`);
  }
}

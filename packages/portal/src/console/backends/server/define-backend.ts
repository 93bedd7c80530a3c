import type { backends, OperationResult } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';

/** Defines a backend service in an environment; what is published there on it follows at once. */
export const defineBackend = operation<typeof backends.putBackendDefinition>('PUT', '/backends/{name}/environments/{environment}');

/** What became of an API that is published on a definition that was changed. */
export type Refreshed = OperationResult<typeof backends.putBackendDefinition>['refreshed'][number];

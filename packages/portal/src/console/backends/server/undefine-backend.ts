import type { backends, OperationResult } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';

/** Removes the definition from an environment; what is published there on it is unpublished. */
export const undefineBackend = operation<typeof backends.deleteBackendDefinition>('DELETE', '/backends/{name}/environments/{environment}');

/** An API that is published on a backend service, and as which revision. */
export type PublishedOn = OperationResult<typeof backends.deleteBackendDefinition>['unpublished'][number];

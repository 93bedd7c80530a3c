import type { apis, OperationResult } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';

/** Publishes the draft, or a revision, in an environment; with `dryRun`, says what that would change. */
export const publishApi = operation<typeof apis.publishApi>('POST', '/apis/{name}/publications');

export type Publication = OperationResult<typeof apis.publishApi>;
export type NodeAnswer = Publication['nodes'][number];

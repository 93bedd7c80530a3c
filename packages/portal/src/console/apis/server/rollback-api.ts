import type { apis } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';

/** Publishes an earlier revision in an environment again; with `dryRun`, says what that would change. */
export const rollbackApi = operation<typeof apis.rollbackApi>('POST', '/apis/{name}/rollbacks');

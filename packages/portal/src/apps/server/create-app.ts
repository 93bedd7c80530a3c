import type { apps, OperationResult } from '@gatehouse/contract/management';
import { operation } from '../../server/operation.ts';

/** Makes an app; its answer is the only one that holds its secrets. */
export const createApp = operation<typeof apps.createApp>('POST', '/apps');

export type CreatedApp = OperationResult<typeof apps.createApp>;

import type { apis, OperationResult } from '@gatehouse/contract/management';
import { type CallInput, operation } from '../../../server/operation.ts';

/** Saves the draft of an API, or creates it. Without a definition, that stays as it is. */
export const putApi = operation<typeof apis.putApi>('PUT', '/apis/{name}');

export type PutApi = NonNullable<CallInput<typeof apis.putApi>['body']>;
export type SavedApi = OperationResult<typeof apis.putApi>;

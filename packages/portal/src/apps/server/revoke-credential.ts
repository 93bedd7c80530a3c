import type { apps } from '@gatehouse/contract/management';
import { operation } from '../../server/operation.ts';

/** Ends one set of credentials at once. */
export const revokeCredential = operation<typeof apps.revokeCredential>('DELETE', '/apps/{name}/credentials/{appKey}');

import type { system } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';

/** Ends an access token at once. */
export const revokeToken = operation<typeof system.revokeToken>('DELETE', '/tokens/{id}');

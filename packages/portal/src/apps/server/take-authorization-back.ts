import type { apps } from '@gatehouse/contract/management';
import { operation } from '../../server/operation.ts';

/** Takes an authorization back; refused on every node within a second. */
export const takeAuthorizationBack = operation<typeof apps.deleteAuthorization>('DELETE', '/apps/{name}/authorizations/{id}');

import type { apis } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';

/** Deletes an API with its revisions and authorizations. */
export const deleteApi = operation<typeof apis.deleteApi>('DELETE', '/apis/{name}');

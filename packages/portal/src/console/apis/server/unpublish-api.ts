import type { apis } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';

/** Takes an API out of an environment. */
export const unpublishApi = operation<typeof apis.unpublishApi>('DELETE', '/apis/{name}/publications/{environment}');

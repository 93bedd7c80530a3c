import type { apps } from '@gatehouse/contract/management';
import { operation } from '../../server/operation.ts';

/** Changes name, owner or description of an app. */
export const updateApp = operation<typeof apps.updateApp>('PATCH', '/apps/{name}');

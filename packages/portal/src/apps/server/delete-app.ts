import type { apps } from '@gatehouse/contract/management';
import { operation } from '../../server/operation.ts';

/** Deletes an app: its credentials are refused at once. */
export const deleteApp = operation<typeof apps.deleteApp>('DELETE', '/apps/{name}');

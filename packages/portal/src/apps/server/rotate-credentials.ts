import type { apps } from '@gatehouse/contract/management';
import { operation } from '../../server/operation.ts';

/** Makes new credentials, shown this once; the old ones stay valid for `overlap` seconds. */
export const rotateCredentials = operation<typeof apps.rotateCredentials>('POST', '/apps/{name}/credentials');

import type { sessions } from '@gatehouse/contract/management';
import { operation } from '../../server/operation.ts';

/** Signs the user out of one browser. */
export const endSession = operation<typeof sessions.endSession>('DELETE', '/sessions/{id}');

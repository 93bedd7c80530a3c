import type { sessions } from '@gatehouse/contract/management';
import { operation } from '../../server/operation.ts';

/** Signs the user out everywhere, here too. */
export const endSessions = operation<typeof sessions.endSessions>('DELETE', '/sessions');

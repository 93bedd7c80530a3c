import type { OperationResult, sessions } from '@gatehouse/contract/management';
import { queryOptions } from '@tanstack/react-query';
import { operation } from '../../server/operation.ts';

const listSessions = operation<typeof sessions.listSessions>('GET', '/sessions');

export type Session = OperationResult<typeof sessions.listSessions>['items'][number];

/** Where the user is signed in. */
export const sessionsQuery = queryOptions({ queryKey: ['sessions'], queryFn: ({ signal }) => listSessions({ signal }) });

import type { OperationResult, system } from '@gatehouse/contract/management';
import { queryOptions } from '@tanstack/react-query';
import { operation } from '../../server/operation.ts';

const getMe = operation<typeof system.getMe>('GET', '/me');

export type Me = OperationResult<typeof system.getMe>;

/** Who is signed in. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => getMe({ signal }),
  staleTime: 60_000,
  retry: false,
});

/** Who is signed in now, whatever was read before. */
export const readMe = () => getMe();

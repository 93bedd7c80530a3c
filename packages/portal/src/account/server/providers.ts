import type { signInProviders } from '@gatehouse/contract/management';
import { queryOptions } from '@tanstack/react-query';
import type { output } from 'zod';
import { request } from '../../server/operation.ts';

export type SignInProviders = output<typeof signInProviders>;
export type SignInProvider = SignInProviders['providers'][number];

/** How one can sign in here. */
export const providersQuery = queryOptions({
  queryKey: ['sign-in', 'providers'],
  queryFn: async ({ signal }) => (await request('GET', '/api/auth/providers', { signal })) as SignInProviders,
});

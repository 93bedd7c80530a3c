import { QueryClient } from '@tanstack/react-query';
import { ServerError } from './server-error.ts';

/** What pages have read. Refusals are not asked again; what may pass is, twice. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        gcTime: 10 * 60_000,
        retry: (failures, error) => failures < 2 && error instanceof ServerError && error.mayPass,
        retryDelay: (failures) => 400 * 2 ** failures,
      },
      mutations: { retry: false },
    },
  });
}

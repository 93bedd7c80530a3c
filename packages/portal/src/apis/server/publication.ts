import type { OperationResult, publications } from '@gatehouse/contract/management';
import { queryOptions } from '@tanstack/react-query';
import { operation } from '../../server/operation.ts';
import { ServerError } from '../../server/server-error.ts';

const getPublication = operation<typeof publications.getPublication>('GET', '/publications/{api}');

export type Publication = OperationResult<typeof publications.getPublication>;

/** Where an API is live on the gateway; null: nowhere. */
export function publicationQuery(api: string) {
  return queryOptions({
    queryKey: ['publications', api],
    queryFn: async ({ signal }): Promise<Publication | null> => {
      try {
        return await getPublication({ params: { api }, signal });
      } catch (error) {
        // A catalog's name may be none that the gateway could have.
        if (error instanceof ServerError && (error.status === 404 || error.status === 400)) return null;
        throw error;
      }
    },
  });
}

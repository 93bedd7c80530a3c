import type { apps, OperationResult } from '@gatehouse/contract/management';
import { queryOptions } from '@tanstack/react-query';
import { operation } from '../../server/operation.ts';

const listAuthorizations = operation<typeof apps.listAuthorizations>('GET', '/apps/{name}/authorizations');

export type Authorization = OperationResult<typeof apps.listAuthorizations>['items'][number];

/** Most apps call a few APIs; one that calls more than this many pages of them is asked no further. */
const PAGES_MAX = 5;

/** What an app may call, and where. */
export const appAuthorizationsQuery = (app: string) =>
  queryOptions({
    queryKey: ['apps', app, 'authorizations', 'all'],
    queryFn: async ({ signal }) => {
      const all: Authorization[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < PAGES_MAX; page++) {
        const { items, nextCursor } = await listAuthorizations({ params: { name: app }, query: { limit: 200, cursor }, signal });
        all.push(...items);
        if (nextCursor === undefined) break;
        cursor = nextCursor;
      }
      return all;
    },
  });

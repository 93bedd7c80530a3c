import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ServerError } from '../../../server/server-error.ts';
import { apiQuery } from '../server/api.ts';
import { type PutApi, putApi } from '../server/put-api.ts';
import { refreshApis } from '../server/refresh-apis.ts';

export interface NewApi {
  name: string;
  body(): Promise<PutApi>;
}

/** Saves a new API as a draft and leads to it. An API that is there already is not written over. */
export function useCreateApi(onCreated: () => void) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async ({ name, body }: NewApi) => {
      await refuseTaken(queryClient, name);
      return putApi({ params: { name }, body: await body() });
    },
    onSuccess: async ({ problems: _, ...api }) => {
      queryClient.setQueryData(apiQuery(api.name).queryKey, api);
      onCreated();
      await navigate({ to: '/console/apis/$api/{-$tab}', params: { api: api.name }, search: { created: 'yes' } });
      await refreshApis(queryClient);
    },
  });
}

/** Saving is creating or changing: who creates does not mean the one that is there. Rejects with `resource.exists`. */
export async function refuseTaken(queryClient: QueryClient, name: string): Promise<void> {
  try {
    await queryClient.fetchQuery({ ...apiQuery(name), staleTime: 0, retry: false });
  } catch (error) {
    if (error instanceof ServerError && error.status === 404) return;
    throw error;
  }
  throw new ServerError({
    status: 409,
    code: 'resource.exists',
    title: 'An API of this name exists',
    detail: `There is an API "${name}" already: choose another name, or change that one.`,
  });
}

import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type Api, apiQuery } from './server/api.ts';
import { type PutApi, putApi, type SavedApi } from './server/put-api.ts';
import { refreshApis } from './server/refresh-apis.ts';

/** What is to be changed of a draft; what is undefined is taken out, what is absent stays. */
export type DraftChanges = { [Key in keyof PutApi]?: PutApi[Key] | undefined };

interface Save {
  changes: DraftChanges;
  /** Somebody else has changed the draft: what they changed stays, but where it is the same. */
  over?: boolean;
}

/** Saves a part of a draft; the rest of it stays. Refused with `version.stale` when somebody else was faster, unless `over`. */
export function useSaveDraft(api: Api, onSaved: (saved: SavedApi) => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ changes, over = false }: Save) => {
      const base = over ? await queryClient.fetchQuery({ ...apiQuery(api.name), staleTime: 0 }) : api;
      return putApi({ params: { name: api.name }, body: withChanges(base.draft, changes), ifMatch: base.version });
    },
    onSuccess: async (saved) => {
      const { problems, ...after } = saved;
      queryClient.setQueryData(apiQuery(api.name).queryKey, after);
      onSaved(saved);
      const warnings = problems.filter(({ severity }) => severity === 'warning').length;
      notifications.show({
        color: 'teal',
        title: 'Saved as a draft',
        message: `${warnings === 0 ? '' : `With ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}. `}It takes effect where you publish it.`,
      });
      await refreshApis(queryClient);
    },
  });
}

function withChanges(draft: Readonly<Record<string, unknown>>, changes: DraftChanges): PutApi {
  const merged = { ...draft, ...changes };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined)) as PutApi;
}

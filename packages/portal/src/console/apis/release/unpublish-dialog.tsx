import { Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Confirm } from '../../../ui/confirm.tsx';
import type { Api } from '../server/api.ts';
import { refreshApis } from '../server/refresh-apis.ts';
import { unpublishApi } from '../server/unpublish-api.ts';

/** Asks before an API is taken out of an environment. */
export function UnpublishDialog({ api, environment = '', onClose }: { api: Api; environment: string | undefined; onClose(): void }) {
  const queryClient = useQueryClient();
  const live = api.published.find((each) => each.environment === environment);
  const unpublish = useMutation({
    mutationFn: () => unpublishApi({ params: { name: api.name, environment } }),
    onSuccess: async ({ nodes }) => {
      const late = nodes.filter(({ state }) => state !== 'applied').length;
      notifications.show({
        color: late === 0 ? 'teal' : 'yellow',
        message:
          late === 0
            ? `${api.name} is unpublished from ${environment}.`
            : `${api.name} is unpublished from ${environment}; ${late} of ${nodes.length} gateway nodes have not confirmed it yet.`,
      });
      onClose();
      await refreshApis(queryClient);
    },
  });
  return (
    <Confirm
      opened={live !== undefined}
      onClose={onClose}
      title={`Unpublish ${api.name} from ${environment}?`}
      action="Unpublish"
      danger
      busy={unpublish.isPending}
      error={unpublish.error}
      onConfirm={() => unpublish.mutate()}
    >
      <Text>
        Calls to it in {environment} are answered as if there were no such API, at once. Its draft, its revisions, what apps may call, and
        other environments stay: publish revision {live?.revision} again to bring it back.
      </Text>
    </Confirm>
  );
}

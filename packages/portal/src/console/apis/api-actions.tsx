import { Button, Menu, Text } from '@mantine/core';
import { IconDots, IconExternalLink, IconRocket, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { environmentsQuery } from '../../catalog/server/environments.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { ButtonLink } from '../../ui/links.tsx';
import { useUrlState } from '../../ui/use-url-state.ts';
import type { May } from './may.ts';
import type { Api } from './server/api.ts';
import { deleteApi } from './server/delete-api.ts';
import { refreshApis } from './server/refresh-apis.ts';

/** What can be done with an API as a whole. */
export function ApiActions({ api, may }: { api: Api; may: May }) {
  const [, setUrl] = useUrlState();
  const environments = useQuery(environmentsQuery);
  const [deleting, setDeleting] = useState(false);
  const names = environments.data?.items.map(({ name }) => name) ?? [];
  // Where it comes next: the first environment that does not have it yet.
  const newest = Math.max(0, ...api.published.map(({ revision }) => revision));
  const lacking = names.find((name) => api.published.find(({ environment }) => environment === name)?.revision !== newest);
  const first = api.changed ? names[0] : (lacking ?? names[0]);
  return (
    <>
      {api.published.length > 0 && (
        <ButtonLink
          variant="default"
          to="/catalog/$namespace/$kind/$name/{-$tab}"
          params={{ namespace: 'default', kind: 'api', name: api.name }}
          leftSection={<IconExternalLink size={15} />}
        >
          In the catalog
        </ButtonLink>
      )}
      {may.publish && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" px={9} aria-label="More actions">
              <IconDots size={16} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => setDeleting(true)}>
              Delete the API
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {may.publish && first !== undefined && (
        <Button leftSection={<IconRocket size={16} />} onClick={() => setUrl({ publish: first, of: undefined }, { push: true })}>
          Publish
        </Button>
      )}
      <Delete api={api} opened={deleting} onClose={() => setDeleting(false)} />
    </>
  );
}

function Delete({ api, opened, onClose }: { api: Api; opened: boolean; onClose(): void }) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const live = api.published.map(({ environment }) => environment);
  const remove = useMutation({
    mutationFn: () => deleteApi({ params: { name: api.name }, query: { confirm: live.length > 0 }, ifMatch: api.version }),
    onSuccess: async () => {
      await navigate({ to: '/console/apis' });
      queryClient.removeQueries({ queryKey: ['apis', 'one', api.name] });
      await refreshApis(queryClient);
    },
  });
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={`Delete ${api.name}?`}
      action="Delete it"
      danger
      typed={api.name}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
    >
      <Text>
        {live.length > 0 && `It is unpublished from ${live.join(', ')} at once, and calls to it are refused. `}
        Its draft, its revisions, and what apps may call of it are gone. It cannot be brought back.
      </Text>
    </Confirm>
  );
}

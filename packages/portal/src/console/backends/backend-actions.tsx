import { Button, Group, List, Menu, Modal, Text } from '@mantine/core';
import { IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { ServerError } from '../../server/server-error.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { EditBackend } from './edit-backend.tsx';
import { type Backend, backendQuery } from './server/backend.ts';
import { deleteBackend } from './server/delete-backend.ts';
import { usesOf } from './uses.ts';

/** What can be done with a backend service as a whole. */
export function BackendActions({ backend }: { backend: Backend }) {
  const [doing, setDoing] = useState<'edit' | 'delete'>();
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <Button variant="default" px={9} aria-label="More actions">
            <IconDots size={16} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setDoing('edit')}>
            Name, owner, description
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => setDoing('delete')}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {doing === 'edit' && <EditBackend backend={backend} onClose={() => setDoing(undefined)} />}
      {doing === 'delete' && <DeleteBackend backend={backend} onClose={() => setDoing(undefined)} />}
    </>
  );
}

function DeleteBackend({ backend, onClose }: { backend: Backend; onClose(): void }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => deleteBackend({ params: { name: backend.name }, ifMatch: backend.version }),
    onSuccess: async () => {
      await navigate({ to: '/console/backends' });
      queryClient.removeQueries({ queryKey: backendQuery(backend.name).queryKey });
      await queryClient.invalidateQueries({ queryKey: ['backends'] });
    },
    onError: () => queryClient.invalidateQueries({ queryKey: ['backends'] }),
  });
  const uses = usesOf(backend, remove.error);
  const isStale = remove.error instanceof ServerError && remove.error.code === 'version.stale';
  if (uses.length > 0) {
    return (
      <Modal opened onClose={onClose} title={`${backend.name} cannot be deleted yet`}>
        <Text>It is in use. Unpublish these APIs, or have their drafts lead to another backend service:</Text>
        <List mt="sm" size="sm">
          {uses.slice(0, 12).map((use) => (
            <List.Item key={use}>{use}</List.Item>
          ))}
        </List>
        {uses.length > 12 && (
          <Text size="xs" c="dimmed" mt={4}>
            And {uses.length - 12} more
          </Text>
        )}
        <Group justify="flex-end" mt="lg">
          <Button onClick={onClose}>Close</Button>
        </Group>
      </Modal>
    );
  }
  return (
    <Confirm
      opened
      onClose={onClose}
      title={`Delete ${backend.name}?`}
      action={isStale ? 'Delete it as it is now' : 'Delete it'}
      danger
      typed={backend.name}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
    >
      <Text>
        Its definitions{backend.environments.length === 0 ? '' : ` in ${backend.environments.join(', ')}`} are deleted with it. No API uses
        it. It cannot be brought back.
      </Text>
    </Confirm>
  );
}

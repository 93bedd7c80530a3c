import { Alert, Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { ServerError } from '../../server/server-error.ts';
import { Failed } from '../../ui/failed.tsx';
import { NAME_RULE, nameProblem } from '../../ui/name-rule.ts';
import { OwnerField } from './owner-field.tsx';
import { type Backend, backendQuery } from './server/backend.ts';
import { updateBackend } from './server/update-backend.ts';

/** Changes name, owner and description; the type never changes (B03). */
export function EditBackend({ backend, onClose }: { backend: Backend; onClose(): void }) {
  const { tab } = useParams({ strict: false });
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  // Only what is changed here is sent: what somebody else changes meanwhile stays.
  const [before] = useState(backend);
  const [name, setName] = useState(backend.name);
  const [owner, setOwner] = useState(backend.owner ?? '');
  const [description, setDescription] = useState(backend.description ?? '');
  const changes = {
    ...(name === before.name ? {} : { name }),
    ...(owner === (before.owner ?? '') ? {} : { owner: owner === '' ? null : owner }),
    ...(description.trim() === (before.description ?? '') ? {} : { description: description.trim() === '' ? null : description.trim() }),
  };
  const save = useMutation({
    mutationFn: () => updateBackend({ params: { name: before.name }, body: changes, ifMatch: backend.version }),
    onSuccess: async (changed) => {
      queryClient.setQueryData(backendQuery(changed.name).queryKey, changed);
      if (changed.name !== before.name) {
        await navigate({ to: '/console/backends/$backend/{-$tab}', params: { backend: changed.name, tab }, replace: true });
        queryClient.removeQueries({ queryKey: backendQuery(before.name).queryKey });
      }
      onClose();
      await queryClient.invalidateQueries({ queryKey: ['backends'] });
    },
    // Where somebody else was faster, the next attempt is made on what is there then.
    onError: () => queryClient.invalidateQueries({ queryKey: ['backends'] }),
  });
  const isStale = save.error instanceof ServerError && save.error.code === 'version.stale';
  const wrong = name === '' ? 'It needs a name' : nameProblem(name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={`Change ${before.name}`} closeOnClickOutside={false}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            description={NAME_RULE}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value.trim())}
            error={wrong}
            required
            data-autofocus
            autoComplete="off"
            spellCheck={false}
          />
          {name !== before.name && (
            <Text size="xs" c="dimmed">
              APIs that use it follow the new name by themselves; definitions that say {before.name} go on to lead here.
            </Text>
          )}
          <OwnerField value={owner} onChange={setOwner} />
          <Textarea
            label="Description"
            value={description}
            onChange={({ currentTarget }) => setDescription(currentTarget.value)}
            maxLength={2_000}
            autosize
            minRows={2}
          />
          <Text size="xs" c="dimmed">
            The type, {before.type}, cannot be changed.
          </Text>
          {isStale ? (
            <Alert role="alert" color="yellow" title="Somebody changed it meanwhile">
              It now reads: {backend.name}, {backend.owner === null ? 'owned by administrators' : `owned by ${backend.owner}`}
              {backend.description === null ? '' : `, “${backend.description}”`}. Save again to put what you changed over it.
            </Alert>
          ) : (
            save.isError && <Failed error={save.error} title="It was not changed" />
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending} disabled={wrong !== undefined || Object.keys(changes).length === 0}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

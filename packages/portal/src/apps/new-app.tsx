import { Button, Group, Modal, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useMe } from '../account/use-me.ts';
import { Failed } from '../ui/failed.tsx';
import { NAME_RULE, nameProblem } from '../ui/name-rule.ts';
import { SecretsOnce } from './secrets-once.tsx';
import { createApp } from './server/create-app.ts';

interface NewAppProps {
  opened: boolean;
  onClose(): void;
  /** What the app is to call: access to it is asked for next. */
  api?: string | undefined;
}

export function NewApp({ opened, onClose, api }: NewAppProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="New app" closeOnClickOutside={false}>
      <Form api={api} onClose={onClose} />
    </Modal>
  );
}

function Form({ api, onClose }: Pick<NewAppProps, 'api' | 'onClose'>) {
  const me = useMe();
  const [name, setName] = useState('');
  const [owner, setOwner] = useState<string | null>(me.teams[0] ?? null);
  const [ownerText, setOwnerText] = useState('');
  const [description, setDescription] = useState('');
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const admin = me.role === 'admin';
  const create = useMutation({
    mutationFn: () => {
      const chosen = admin ? ownerText.trim() : owner;
      return createApp({
        body: {
          name,
          ...(chosen === null || chosen === '' ? {} : { owner: chosen }),
          ...(description.trim() === '' ? {} : { description: description.trim() }),
        },
      });
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['apps'] }),
  });
  if (create.data !== undefined) {
    const { name: made, ...secrets } = create.data;
    return (
      <SecretsOnce
        secrets={secrets}
        onDone={() => {
          onClose();
          if (api === undefined) void navigate({ to: '/apps/$app/{-$tab}', params: { app: made } });
          else void navigate({ to: '/requests', search: { new: api, app: made } });
        }}
      />
    );
  }
  const wrong = name === '' ? undefined : nameProblem(name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
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
        {admin ? (
          <TextInput
            label="Owner"
            description="The team that has it; empty: administrators only"
            value={ownerText}
            onChange={({ currentTarget }) => setOwnerText(currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
          />
        ) : (
          <Select
            label="Owner"
            description="The team that has it"
            data={me.teams}
            value={owner}
            onChange={setOwner}
            allowDeselect={false}
            required
          />
        )}
        <Textarea
          label="Description"
          description="What it is, so that owners of APIs know whom they let in"
          value={description}
          onChange={({ currentTarget }) => setDescription(currentTarget.value)}
          maxLength={2_000}
          autosize
          minRows={2}
        />
        {create.isError && <Failed error={create.error} title="The app was not made" />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending} disabled={name === '' || wrong !== undefined}>
            Create app
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

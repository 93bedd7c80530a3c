import { Alert, Button, Group, Modal, Select, Stack, TagsInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Failed } from '../../ui/failed.tsx';
import { createToken } from './server/create-token.ts';
import { tokensQuery } from './server/tokens.ts';

const ROLES = [
  { value: 'viewer', label: 'Viewer: reads' },
  { value: 'developer', label: 'Developer: apps and drafts of its teams' },
  { value: 'publisher', label: 'Publisher: publishes for its teams' },
  { value: 'admin', label: 'Administrator: everything' },
  { value: 'node', label: 'Node: connects a gateway, nothing else' },
] as const;
type Role = (typeof ROLES)[number]['value'];

const LIFETIMES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'One year' },
  { value: 'never', label: 'Until it is revoked' },
];
const DAY_MS = 86_400_000;

export function NewToken({ opened, onClose }: { opened: boolean; onClose(): void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="New access token" closeOnClickOutside={false}>
      <Form onClose={onClose} />
    </Modal>
  );
}

function Form({ onClose }: { onClose(): void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('publisher');
  const [teams, setTeams] = useState<string[]>([]);
  const [lifetime, setLifetime] = useState('90');
  const queryClient = useQueryClient();
  const create = useMutation({
    mutationFn: () => {
      const expiresAt = lifetime === 'never' ? {} : { expiresAt: new Date(Date.now() + Number(lifetime) * DAY_MS).toISOString() };
      return createToken({ body: { name: name.trim(), role, teams: ownsTeams ? teams : [], ...expiresAt } });
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
  const ownsTeams = role !== 'admin' && role !== 'node';
  if (create.data !== undefined) {
    return (
      <Stack>
        <Alert color="yellow" title="Copy it now">
          It is shown this once. Only a digest of it is kept.
        </Alert>
        <CodeBlock text={create.data.token} what="the access token" wrap />
        <Button onClick={onClose}>Done</Button>
      </Stack>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name"
          description="What uses it: it is the actor of the audit"
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          required
          maxLength={128}
          data-autofocus
          autoComplete="off"
        />
        <Select
          label="Role"
          data={ROLES}
          value={role}
          onChange={(value) => setRole(ROLES.find((known) => known.value === value)?.value ?? role)}
          allowDeselect={false}
        />
        {ownsTeams && (
          <TagsInput
            label="Teams"
            description={role === 'viewer' ? 'Whose resources it sees; none: everything' : 'Whose resources it reaches'}
            value={teams}
            onChange={setTeams}
            placeholder={teams.length === 0 ? 'team-pets' : ''}
          />
        )}
        <Select
          label="Valid for"
          data={LIFETIMES}
          value={lifetime}
          onChange={(value) => setLifetime(value ?? lifetime)}
          allowDeselect={false}
        />
        {create.isError && <Failed error={create.error} title="The token was not made" />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending} disabled={name.trim() === ''}>
            Create token
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

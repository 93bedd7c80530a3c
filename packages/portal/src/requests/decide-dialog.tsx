import { Button, Group, Modal, Select, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Failed } from '../ui/failed.tsx';
import type { AccessRequest } from './server/access-requests.ts';
import { approveAccess } from './server/approve-access.ts';
import { rejectAccess } from './server/reject-access.ts';

const DAY_MS = 86_400_000;
const SPANS = [
  { value: 'always', label: 'Until it is taken back' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'One year' },
];

/** Approves or rejects a request for access. */
export function DecideDialog({ request, onClose }: { request: AccessRequest | undefined; onClose(): void }) {
  return (
    <Modal
      opened={request !== undefined}
      onClose={onClose}
      title={request === undefined ? '' : `${request.app} wants to call ${request.api}`}
    >
      {request !== undefined && <Form request={request} onClose={onClose} />}
    </Modal>
  );
}

function Form({ request, onClose }: { request: AccessRequest; onClose(): void }) {
  const [span, setSpan] = useState('always');
  const [answer, setAnswer] = useState('');
  const queryClient = useQueryClient();
  const decide = useMutation({
    mutationFn: (approve: boolean) => {
      const said = answer.trim() === '' ? {} : { answer: answer.trim() };
      const params = { id: request.id };
      if (!approve) return rejectAccess({ params, body: said });
      const expiresAt = span === 'always' ? {} : { expiresAt: new Date(Date.now() + Number(span) * DAY_MS).toISOString() };
      return approveAccess({ params, body: { ...said, ...expiresAt } });
    },
    onSuccess: ({ state }) => {
      notifications.show({
        message: state === 'approved' ? `${request.app} may call ${request.api} in ${request.environment} now` : 'The request is rejected',
      });
      onClose();
    },
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: ['access-requests'] }),
        queryClient.invalidateQueries({ queryKey: ['apps'] }),
        queryClient.invalidateQueries({ queryKey: ['publications'] }),
      ]),
  });
  return (
    <Stack>
      <Text>
        In <b>{request.environment}</b>, for {request.appOwner === null ? 'an app that no team owns' : <b>{request.appOwner}</b>}, asked by{' '}
        {request.requestedBy}.
      </Text>
      <Text c={request.reason === null ? 'dimmed' : undefined}>{request.reason ?? 'No reason was given.'}</Text>
      <Select
        label="If approved, for how long"
        data={SPANS}
        value={span}
        onChange={(value) => setSpan(value ?? span)}
        allowDeselect={false}
      />
      <Textarea
        label="Answer"
        description="Shown to whoever asked"
        value={answer}
        onChange={({ currentTarget }) => setAnswer(currentTarget.value)}
        maxLength={2_000}
        autosize
        minRows={2}
      />
      {decide.isError && <Failed error={decide.error} title="It was not decided" />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Later
        </Button>
        <Button color="red" variant="light" loading={decide.isPending && decide.variables === false} onClick={() => decide.mutate(false)}>
          Reject
        </Button>
        <Button loading={decide.isPending && decide.variables === true} onClick={() => decide.mutate(true)}>
          Approve
        </Button>
      </Group>
    </Stack>
  );
}

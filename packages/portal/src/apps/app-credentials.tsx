import { Badge, Button, Group, Modal, Paper, Select, Stack, Table, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Confirm } from '../ui/confirm.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Failed } from '../ui/failed.tsx';
import { Time } from '../ui/time.tsx';
import { SecretsOnce } from './secrets-once.tsx';
import type { App } from './server/app.ts';
import { revokeCredential } from './server/revoke-credential.ts';
import { rotateCredentials } from './server/rotate-credentials.ts';

type Credential = App['credentials'][number];

const OVERLAPS = [
  { value: '0', label: 'End at once' },
  { value: '3600', label: 'Stay valid for an hour' },
  { value: '86400', label: 'Stay valid for a day' },
  { value: '604800', label: 'Stay valid for a week' },
  { value: '2592000', label: 'Stay valid for 30 days' },
];

/** The keys of an app, and how they are changed without an interruption. */
export function AppCredentials({ app, mayChange }: { app: App; mayChange: boolean }) {
  const [rotating, setRotating] = useState(false);
  const [revoking, setRevoking] = useState<Credential>();
  return (
    <section aria-labelledby="credentials">
      <Group justify="space-between" mb="sm">
        <Title order={2} id="credentials">
          Credentials
        </Title>
        {mayChange && (
          <Button variant="default" size="xs" onClick={() => setRotating(true)}>
            Rotate
          </Button>
        )}
      </Group>
      <Paper>
        <Table.ScrollContainer minWidth={480}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>AppKey</Table.Th>
                <Table.Th>Created</Table.Th>
                <Table.Th>Valid until</Table.Th>
                <Table.Th>
                  <span className="visually-hidden">Actions</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {app.credentials.map((credential) => (
                <Table.Tr key={credential.appKey}>
                  <Table.Td>
                    <Group gap={4} wrap="nowrap">
                      <code>{credential.appKey}</code>
                      <CopyButton value={credential.appKey} what="the AppKey" />
                    </Group>
                  </Table.Td>
                  <Table.Td>
                    <Time at={credential.createdAt} />
                  </Table.Td>
                  <Table.Td>
                    {credential.expiresAt === null ? <Badge color="teal">until rotated</Badge> : <Time at={credential.expiresAt} />}
                  </Table.Td>
                  <Table.Td ta="end">
                    {mayChange && (
                      <Button size="compact-xs" variant="subtle" color="red" onClick={() => setRevoking(credential)}>
                        Revoke
                      </Button>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Paper>
      <Text c="dimmed" size="xs" mt={6}>
        AppSecret and AppCode were shown when the credentials were made; only what is needed to check them is kept.
      </Text>
      <Modal
        opened={rotating}
        onClose={() => setRotating(false)}
        title={`Rotate the credentials of ${app.name}`}
        closeOnClickOutside={false}
      >
        <Rotate app={app} onClose={() => setRotating(false)} />
      </Modal>
      <Revoke app={app} credential={revoking} onClose={() => setRevoking(undefined)} />
    </section>
  );
}

function Rotate({ app, onClose }: { app: App; onClose(): void }) {
  const [overlap, setOverlap] = useState('86400');
  const queryClient = useQueryClient();
  const rotate = useMutation({
    mutationFn: () => rotateCredentials({ params: { name: app.name }, body: { overlap: Number(overlap) }, ifMatch: app.version }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['apps'] }),
  });
  if (rotate.data !== undefined) return <SecretsOnce secrets={rotate.data} onDone={onClose} />;
  return (
    <Stack>
      <Text>The app gets new credentials. Give them to the program that calls, then let the old ones end.</Text>
      <Select
        label="The old ones"
        data={OVERLAPS}
        value={overlap}
        onChange={(value) => setOverlap(value ?? overlap)}
        allowDeselect={false}
      />
      {rotate.isError && <Failed error={rotate.error} title="They were not rotated" />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button loading={rotate.isPending} onClick={() => rotate.mutate()}>
          Make new credentials
        </Button>
      </Group>
    </Stack>
  );
}

function Revoke({ app, credential, onClose }: { app: App; credential: Credential | undefined; onClose(): void }) {
  const queryClient = useQueryClient();
  const revoke = useMutation({
    mutationFn: (appKey: string) => revokeCredential({ params: { name: app.name, appKey }, ifMatch: app.version }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['apps'] });
      onClose();
    },
  });
  return (
    <Confirm
      opened={credential !== undefined}
      onClose={onClose}
      title="Revoke these credentials?"
      action="Revoke them"
      danger
      busy={revoke.isPending}
      error={revoke.error}
      onConfirm={() => credential !== undefined && revoke.mutate(credential.appKey)}
    >
      <Text>
        Calls with <code>{credential?.appKey}</code> are refused within a second, on every gateway.
      </Text>
    </Confirm>
  );
}

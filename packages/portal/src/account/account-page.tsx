import { Badge, Button, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Confirm } from '../ui/confirm.tsx';
import { Facts } from '../ui/facts.tsx';
import { Failed } from '../ui/failed.tsx';
import { Page } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { endSession } from './server/end-session.ts';
import { endSessions } from './server/end-sessions.ts';
import { type Session, sessionsQuery } from './server/sessions.ts';
import { useMe } from './use-me.ts';
import { nameBrowser } from './user-agent.ts';

const ROLES: Record<string, string> = {
  viewer: 'Viewer: finds and reads',
  developer: 'Developer: has apps, tries APIs, drafts APIs of own teams',
  publisher: 'Publisher: publishes APIs of own teams and decides who may call them',
  admin: 'Administrator: everything',
};

export function AccountPage() {
  const me = useMe();
  return (
    <Page title="Account" description="Who you are to Gatehouse, and where you are signed in.">
      <Stack gap="lg" maw={860}>
        <Paper p="lg">
          <Facts
            items={[
              ['Name', me.user?.displayName ?? me.name],
              ['E-mail', me.user?.email ?? undefined],
              ['Role', ROLES[me.role] ?? me.role],
              ['Teams', me.teams.length === 0 ? (me.role === 'admin' ? 'All, as administrator' : 'None') : me.teams.join(', ')],
              ['In the catalog', me.user?.entity ?? undefined],
              ['Access ends', me.expiresAt === null ? undefined : <Time at={me.expiresAt} />],
            ]}
          />
        </Paper>
        <Sessions />
      </Stack>
    </Page>
  );
}

function Sessions() {
  const sessions = useQuery(sessionsQuery);
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState(false);
  const endOne = useMutation({
    mutationFn: (id: string) => endSession({ params: { id } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
  const endAll = useMutation({ mutationFn: () => endSessions(), onSuccess: () => window.location.replace('/sign-in') });
  return (
    <section aria-labelledby="sessions">
      <Group justify="space-between" mb="sm">
        <Title order={2} id="sessions">
          Sessions
        </Title>
        <Button variant="default" size="xs" onClick={() => setAsking(true)}>
          Sign out everywhere
        </Button>
      </Group>
      {sessions.isError && <Failed error={sessions.error} retry={() => void sessions.refetch()} />}
      {endOne.isError && <Failed error={endOne.error} />}
      {sessions.data !== undefined &&
        (sessions.data.items.length === 0 ? (
          <Text c="dimmed">None: you use an access token.</Text>
        ) : (
          <Paper>
            <Table.ScrollContainer minWidth={520}>
              <Table>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Browser</Table.Th>
                    <Table.Th>Address</Table.Th>
                    <Table.Th>Signed in</Table.Th>
                    <Table.Th>Last used</Table.Th>
                    <Table.Th>
                      <span className="visually-hidden">Actions</span>
                    </Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {sessions.data.items.map((session) => (
                    <Row
                      key={session.id}
                      session={session}
                      busy={endOne.isPending && endOne.variables === session.id}
                      onEnd={() => endOne.mutate(session.id)}
                    />
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          </Paper>
        ))}
      <Confirm
        opened={asking}
        onClose={() => setAsking(false)}
        title="Sign out everywhere?"
        action="Sign out everywhere"
        busy={endAll.isPending}
        error={endAll.error}
        onConfirm={() => endAll.mutate()}
      >
        <Text size="sm">Every browser that you are signed in with has to sign in again, this one too.</Text>
      </Confirm>
    </section>
  );
}

function Row({ session, busy, onEnd }: { session: Session; busy: boolean; onEnd(): void }) {
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs">
          {nameBrowser(session.userAgent)}
          {session.current && <Badge color="teal">this one</Badge>}
        </Group>
      </Table.Td>
      <Table.Td>{session.address ?? 'unknown'}</Table.Td>
      <Table.Td>
        <Time at={session.createdAt} />
      </Table.Td>
      <Table.Td>
        <Time at={session.lastUsedAt} />
      </Table.Td>
      <Table.Td ta="end">
        {!session.current && (
          <Button size="compact-xs" variant="subtle" color="red" loading={busy} onClick={onEnd}>
            Sign out
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

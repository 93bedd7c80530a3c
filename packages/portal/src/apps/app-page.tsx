import { Button, Group, Menu, Paper, Stack, Tabs, Text } from '@mantine/core';
import { IconDots, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useMe } from '../account/use-me.ts';
import { TabLoading } from '../catalog/tab-loading.tsx';
import { useNoteViewed } from '../search/recently-viewed.ts';
import { Confirm } from '../ui/confirm.tsx';
import { Facts } from '../ui/facts.tsx';
import { Failed } from '../ui/failed.tsx';
import { ButtonLink, TextLink } from '../ui/links.tsx';
import { ManagedByFile } from '../ui/managed-by-file.tsx';
import { Page } from '../ui/page.tsx';
import { TabsList } from '../ui/tabs-list.tsx';
import { Time } from '../ui/time.tsx';
import { AppAccess } from './app-access.tsx';
import { AppCalls } from './app-calls.tsx';
import { AppCredentials } from './app-credentials.tsx';
import { type App, appQuery } from './server/app.ts';
import { deleteApp } from './server/delete-app.ts';

const TABS = [
  { value: 'overview', label: 'Overview' },
  { value: 'access', label: 'Access' },
  { value: 'calls', label: 'Calls' },
] as const;

export function AppPage() {
  const { app: name = '', tab: asked } = useParams({ strict: false });
  const app = useQuery(appQuery(name));
  const navigate = useNavigate();
  const me = useMe();
  useNoteViewed(app.data === undefined ? undefined : { path: `/apps/${encodeURIComponent(name)}`, title: name, kind: 'App' });
  const crumbs = [
    <TextLink key="apps" to="/apps">
      Apps
    </TextLink>,
  ];
  if (app.data === undefined) {
    return (
      <Page title={name} crumbs={crumbs}>
        {app.isError ? <Failed error={app.error} retry={() => void app.refetch()} /> : <TabLoading />}
      </Page>
    );
  }
  const mayChange = me.can('developer') && me.owns(app.data.owner) && app.data.managedBy === null;
  const tab = TABS.some(({ value }) => value === asked) ? asked : 'overview';
  return (
    <Page
      title={name}
      crumbs={crumbs}
      description={app.data.description ?? undefined}
      actions={
        <>
          {me.can('developer') && (
            <ButtonLink to="/requests" search={{ new: '-', app: name }}>
              Request access
            </ButtonLink>
          )}
          {mayChange && <MoreActions app={app.data} />}
        </>
      }
    >
      <ManagedByFile managedBy={app.data.managedBy} />
      <Tabs
        value={tab ?? 'overview'}
        onChange={(value) =>
          void navigate({ to: '/apps/$app/{-$tab}', params: { app: name, tab: value === 'overview' ? undefined : (value ?? undefined) } })
        }
      >
        <TabsList>
          {TABS.map(({ value, label }) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </TabsList>
        <Tabs.Panel value="overview">
          <Stack gap="lg" maw={860}>
            <Paper p="lg">
              <Facts
                items={[
                  ['Owner', app.data.owner ?? 'Administrators only'],
                  ['Created', <Time key="created" at={app.data.createdAt} />],
                  ['Changed', <Time key="changed" at={app.data.updatedAt} />],
                ]}
              />
            </Paper>
            <AppCredentials app={app.data} mayChange={mayChange} />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="access">
          <AppAccess app={app.data} />
        </Tabs.Panel>
        <Tabs.Panel value="calls">
          <AppCalls app={name} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function MoreActions({ app }: { app: App }) {
  const [asking, setAsking] = useState(false);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => deleteApp({ params: { name: app.name }, ifMatch: app.version }),
    onSuccess: async () => {
      await navigate({ to: '/apps' });
      queryClient.removeQueries({ queryKey: appQuery(app.name).queryKey });
      await queryClient.invalidateQueries({ queryKey: ['apps'] });
    },
  });
  return (
    <Group>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" px={9} aria-label="More actions">
            <IconDots size={16} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => setAsking(true)}>
            Delete the app
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Confirm
        opened={asking}
        onClose={() => setAsking(false)}
        title={`Delete ${app.name}?`}
        action="Delete it"
        danger
        typed={app.name}
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
      >
        <Text>Its keys are refused at once, everywhere. What it may call is forgotten. It cannot be brought back.</Text>
      </Confirm>
    </Group>
  );
}

import { Button, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconApps, IconPlus, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useMe } from '../account/use-me.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Failed } from '../ui/failed.tsx';
import { TextLink } from '../ui/links.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { Page } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { useUrlState } from '../ui/use-url-state.ts';
import { NewApp } from './new-app.tsx';
import { type AppSummary, appsQuery } from './server/apps.ts';

export function AppsPage() {
  const me = useMe();
  const [{ q, new: making, for: api }, setUrl] = useUrlState();
  const [text, setText] = useState(q ?? '');
  const [words] = useDebouncedValue(text.trim(), 200);
  useEffect(() => setUrl({ q: words }), [words, setUrl]);
  const apps = useInfiniteQuery(appsQuery(words));
  const mayMake = me.can('developer') && (me.role === 'admin' || me.teams.length > 0);
  const create = mayMake && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setUrl({ new: 'yes' })}>
      New app
    </Button>
  );
  return (
    <Page title="Apps" description="An app is what calls APIs: it has the keys, and it is what owners of APIs let in." actions={create}>
      <TextInput
        mb="md"
        maw={320}
        aria-label="Name of the app"
        placeholder="Name"
        leftSection={<IconSearch size={16} />}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        spellCheck={false}
      />
      {apps.isError && <Failed error={apps.error} retry={() => void apps.refetch()} />}
      {!apps.isError && (
        <DataTable
          label="Apps"
          columns={COLUMNS}
          items={apps.data ?? []}
          rowKey={({ name }) => name}
          rowHeight={52}
          loading={apps.isPending}
          onEnd={apps.hasNextPage && !apps.isFetchingNextPage ? () => void apps.fetchNextPage() : undefined}
          empty={
            words !== '' ? (
              <Nothing icon={IconApps} title="No app has such a name" />
            ) : (
              <Nothing icon={IconApps} title="You have no apps yet" action={create}>
                {mayMake
                  ? 'Create one to get a key, then request access to the APIs that it is to call.'
                  : 'Apps belong to teams. Ask your administrator to put you into one.'}
              </Nothing>
            )
          }
        />
      )}
      <NewApp opened={making !== undefined && mayMake} api={api} onClose={() => setUrl({ new: undefined, for: undefined })} />
    </Page>
  );
}

const COLUMNS: Column<AppSummary>[] = [
  {
    key: 'name',
    label: 'App',
    width: 'minmax(240px, 2fr)',
    cell: ({ name, description }) => (
      <div>
        <TextLink to="/apps/$app/{-$tab}" params={{ app: name }} fw={550} c="var(--mantine-color-text)">
          {name}
        </TextLink>
        <Text size="xs" c="dimmed" truncate>
          {description}
        </Text>
      </div>
    ),
  },
  { key: 'owner', label: 'Owner', width: 'minmax(140px, 1fr)', cell: ({ owner }) => owner },
  { key: 'created', label: 'Created', width: '150px', cell: ({ createdAt }) => <Time at={createdAt} /> },
  { key: 'managed', label: 'Managed by', width: '130px', cell: ({ managedBy }) => managedBy ?? 'portal' },
];

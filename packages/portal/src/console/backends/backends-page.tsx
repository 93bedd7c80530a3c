import { Button, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconSearch, IconServer2 } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { useMe } from '../../account/use-me.ts';
import { environmentsQuery } from '../../catalog/server/environments.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EnvironmentBadge } from '../../ui/environment-badge.tsx';
import { Failed } from '../../ui/failed.tsx';
import { TextLink } from '../../ui/links.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Page } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { useUrlState } from '../../ui/use-url-state.ts';
import { NewBackend } from './new-backend.tsx';
import { type BackendSummary, backendsQuery } from './server/backends.ts';
import { type BackendTypeView, installationQuery } from './server/installation.ts';

export function BackendsPage() {
  const me = useMe();
  const [{ q, new: making }, setUrl] = useUrlState();
  const [text, setText] = useState(q ?? '');
  const [words] = useDebouncedValue(text.trim(), 200);
  useEffect(() => setUrl({ q: words }), [words, setUrl]);
  const backends = useInfiniteQuery(backendsQuery(words));
  const installation = useQuery(installationQuery);
  const environments = useQuery(environmentsQuery);
  const columns = useMemo(
    () => columnsFor(installation.data?.backendTypes ?? [], environments.data?.items.map(({ name }) => name) ?? []),
    [installation.data, environments.data],
  );
  const mayMake = me.can('publisher') && (me.role === 'admin' || me.teams.length > 0);
  const create = mayMake && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setUrl({ new: 'yes' })}>
      New backend service
    </Button>
  );
  return (
    <Page
      title="Backend services"
      description="Where APIs lead, in each environment. Change it here, and every published API on it follows."
      actions={create}
    >
      <TextInput
        mb="md"
        maw={320}
        aria-label="Name of the backend service"
        placeholder="Name"
        leftSection={<IconSearch size={16} />}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        spellCheck={false}
      />
      {backends.isError && <Failed error={backends.error} retry={() => void backends.refetch()} />}
      {!backends.isError && (
        <DataTable
          label="Backend services"
          columns={columns}
          items={backends.data ?? []}
          rowKey={({ name }) => name}
          rowHeight={52}
          loading={backends.isPending}
          onEnd={backends.hasNextPage && !backends.isFetchingNextPage ? () => void backends.fetchNextPage() : undefined}
          empty={
            words !== '' ? (
              <Nothing icon={IconServer2} title="No backend service has such a name" />
            ) : (
              <Nothing icon={IconServer2} title="There are no backend services yet" action={create}>
                {mayMake
                  ? 'Create one, say where it leads in each environment, then have an API use it.'
                  : 'Publishers create them, for the teams that they are in.'}
              </Nothing>
            )
          }
        />
      )}
      <NewBackend opened={making !== undefined && mayMake} onClose={() => setUrl({ new: undefined })} />
    </Page>
  );
}

function columnsFor(types: readonly BackendTypeView[], order: readonly string[]): Column<BackendSummary>[] {
  const titles = new Map<string, string>(types.map(({ type, title }) => [type, title]));
  return [
    {
      key: 'name',
      label: 'Backend service',
      width: 'minmax(220px, 2fr)',
      cell: ({ name, description }) => (
        <div>
          <TextLink to="/console/backends/$backend/{-$tab}" params={{ backend: name }} fw={550} c="var(--mantine-color-text)">
            {name}
          </TextLink>
          <Text size="xs" c="dimmed" truncate>
            {description}
          </Text>
        </div>
      ),
    },
    { key: 'type', label: 'Type', width: '150px', cell: ({ type }) => titles.get(type) ?? type },
    { key: 'owner', label: 'Owner', width: 'minmax(130px, 1fr)', cell: ({ owner }) => owner ?? 'administrators' },
    {
      key: 'environments',
      label: 'Defined in',
      width: 'minmax(200px, 1.4fr)',
      cell: ({ name: backend, environments }) =>
        environments.length === 0 ? (
          <Text c="dimmed">nowhere yet</Text>
        ) : (
          <span style={{ display: 'inline-flex', gap: 6 }}>
            {[...environments]
              .sort((one, other) => place(order, one) - place(order, other))
              .map((name) => (
                <TextLink key={name} to="/console/backends/$backend/{-$tab}" params={{ backend, tab: name }}>
                  <EnvironmentBadge name={name} />
                </TextLink>
              ))}
          </span>
        ),
    },
    { key: 'changed', label: 'Changed', width: '130px', cell: ({ updatedAt }) => <Time at={updatedAt} /> },
    { key: 'managed', label: 'Managed by', width: '120px', cell: ({ managedBy }) => managedBy ?? 'portal' },
  ];
}

/** In the order of promotion; what the configuration does not have any more comes last. */
function place(order: readonly string[], name: string): number {
  const at = order.indexOf(name);
  return at === -1 ? order.length : at;
}

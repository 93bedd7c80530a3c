import { Badge, Text } from '@mantine/core';
import { IconPlus, IconRoute } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useMe } from '../../account/use-me.ts';
import { environmentsQuery } from '../../catalog/server/environments.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EnvironmentBadge } from '../../ui/environment-badge.tsx';
import { Failed } from '../../ui/failed.tsx';
import { ButtonLink, TextLink } from '../../ui/links.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Page } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { useUrlState } from '../../ui/use-url-state.ts';
import { ApiFilters } from './api-filters.tsx';
import { inOrder } from './in-order.ts';
import { type ApiSummary, apisQuery } from './server/apis.ts';

/** The APIs of one's teams: what is drafted, and what is published where. */
export function ApisPage() {
  const me = useMe();
  const [{ q: search, owner, group, environment, backend }] = useUrlState();
  const filter = { search, owner, group, environment, backend };
  const filtered = Object.values(filter).some((value) => value !== undefined);
  const apis = useInfiniteQuery(apisQuery(filter));
  const environments = useQuery(environmentsQuery);
  const order = useMemo(() => environments.data?.items.map(({ name }) => name) ?? [], [environments.data]);
  const columns = useMemo(() => columnsFor(order), [order]);
  const mayMake = me.can('developer') && (me.role === 'admin' || me.teams.length > 0);
  const create = mayMake && (
    <ButtonLink to="/console/apis/new" leftSection={<IconPlus size={16} />}>
      New API
    </ButtonLink>
  );
  return (
    <Page title="APIs" description="What your teams draft and publish. A draft changes nothing until it is published." actions={create}>
      <ApiFilters order={order} seen={apis.data ?? []} />
      {apis.isError && <Failed error={apis.error} retry={() => void apis.refetch()} />}
      {!apis.isError && (
        <DataTable
          label="APIs"
          columns={columns}
          items={apis.data ?? []}
          rowKey={({ name }) => name}
          rowHeight={52}
          loading={apis.isPending}
          onEnd={apis.hasNextPage && !apis.isFetchingNextPage ? () => void apis.fetchNextPage() : undefined}
          empty={
            filtered ? (
              <Nothing icon={IconRoute} title="No API fits">
                Take a filter away, or look in the <TextLink to="/catalog">catalog</TextLink>: it has the APIs of all teams.
              </Nothing>
            ) : (
              <Nothing icon={IconRoute} title="There are no APIs yet" action={create}>
                {mayMake
                  ? 'Describe one in four steps, or begin with its OpenAPI document.'
                  : 'Here are the APIs of your teams. You are in none, or they have none; the catalog has those of all teams.'}
              </Nothing>
            )
          }
        />
      )}
    </Page>
  );
}

function columnsFor(order: readonly string[]): Column<ApiSummary>[] {
  return [
    {
      key: 'name',
      label: 'API',
      width: 'minmax(210px, 2fr)',
      cell: ({ name, title }) => (
        <div>
          <TextLink to="/console/apis/$api/{-$tab}" params={{ api: name }} fw={550} c="var(--mantine-color-text)">
            {title ?? name}
          </TextLink>
          <Text size="xs" c="dimmed" truncate>
            {name}
          </Text>
        </div>
      ),
    },
    { key: 'path', label: 'Base path', width: 'minmax(120px, 1fr)', cell: ({ basePath }) => <code>{basePath}</code> },
    { key: 'owner', label: 'Owner', width: 'minmax(110px, 0.9fr)', cell: ({ owner }) => owner ?? <Text c="dimmed">administrators</Text> },
    { key: 'group', label: 'Group', width: 'minmax(84px, 0.7fr)', cell: ({ group }) => group },
    {
      key: 'published',
      label: 'Published revision',
      width: 'minmax(220px, 1.5fr)',
      cell: ({ published }) =>
        published.length === 0 ? (
          <Text c="dimmed">nowhere yet</Text>
        ) : (
          <span style={{ display: 'inline-flex', gap: 10 }}>
            {inOrder(published, order).map(({ environment, revision }) => (
              <span key={environment} className="tabular" title={`Revision ${revision} in ${environment}`}>
                <EnvironmentBadge name={environment} /> {revision}
              </span>
            ))}
          </span>
        ),
    },
    {
      key: 'draft',
      label: 'Draft',
      width: '108px',
      cell: ({ changed, published }) => changed && <Badge color="yellow">{published.length === 0 ? 'unpublished' : 'has changes'}</Badge>,
    },
    { key: 'changed', label: 'Changed', width: '112px', cell: ({ updatedAt }) => <Time at={updatedAt} /> },
    { key: 'managed', label: 'Managed by', width: '112px', cell: ({ managedBy }) => managedBy ?? 'portal' },
  ];
}

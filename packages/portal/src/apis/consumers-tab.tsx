import { Stack, Text, Title } from '@mantine/core';
import { IconApps, IconLock } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { RequestsTable } from '../requests/requests-table.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EnvironmentBadge } from '../ui/environment-badge.tsx';
import { Failed } from '../ui/failed.tsx';
import { TextLink } from '../ui/links.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { Time } from '../ui/time.tsx';
import { type Consumer, consumersQuery } from './server/consumers.ts';
import type { Publication } from './server/publication.ts';

const LIST = new Intl.ListFormat('en');

/** Who calls an API: shown to its owner. */
export function ConsumersTab({ publication }: { publication: Publication }) {
  if (!publication.mayChange) {
    return (
      <Nothing icon={IconLock} title="Only its owner sees who calls it">
        {publication.owner === null ? 'No team owns it: administrators see it.' : `It belongs to ${publication.owner}.`}
      </Nothing>
    );
  }
  return <OwnConsumers publication={publication} />;
}

function OwnConsumers({ publication }: { publication: Publication }) {
  const consumers = useInfiniteQuery(consumersQuery(publication.api, undefined));
  const open = publication.environments.filter(({ auth }) => auth === 'none').map(({ environment }) => environment);
  return (
    <Stack gap="lg">
      {open.length > 0 && <Text c="dimmed">In {LIST.format(open)} anybody may call it, with or without an app.</Text>}
      {consumers.isError && <Failed error={consumers.error} retry={() => void consumers.refetch()} />}
      {!consumers.isError && (
        <DataTable
          label="Apps that may call it"
          columns={COLUMNS}
          items={consumers.data ?? []}
          rowKey={({ id }) => id}
          loading={consumers.isPending}
          onEnd={consumers.hasNextPage && !consumers.isFetchingNextPage ? () => void consumers.fetchNextPage() : undefined}
          empty={<Nothing icon={IconApps} title="No app is authorized" />}
        />
      )}
      <section aria-labelledby="asked">
        <Title order={2} size="h3" id="asked" mb="sm">
          Requests
        </Title>
        <RequestsTable filter={{ api: publication.api }} empty="Nobody has asked for access." />
      </section>
    </Stack>
  );
}

const COLUMNS: Column<Consumer>[] = [
  {
    key: 'app',
    label: 'App',
    width: 'minmax(180px, 1.4fr)',
    cell: ({ app }) => (
      <TextLink to="/apps/$app/{-$tab}" params={{ app }} fw={550}>
        {app}
      </TextLink>
    ),
  },
  { key: 'environment', label: 'Environment', width: '140px', cell: ({ environment }) => <EnvironmentBadge name={environment} /> },
  {
    key: 'since',
    label: 'Since',
    width: 'minmax(180px, 1fr)',
    cell: ({ createdAt, createdBy }) => (
      <span>
        <Time at={createdAt} /> by {createdBy}
      </span>
    ),
  },
  { key: 'until', label: 'Until', width: '160px', cell: ({ expiresAt }) => (expiresAt === null ? 'taken back' : <Time at={expiresAt} />) },
];

import { Badge, Button, Group, Switch, Text } from '@mantine/core';
import { IconActivity, IconRefresh } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EnvironmentBadge } from '../ui/environment-badge.tsx';
import { Failed } from '../ui/failed.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { Time } from '../ui/time.tsx';
import { useUrlState } from '../ui/use-url-state.ts';
import { type Call, callsQuery } from './server/calls.ts';

const REFRESH_MS = 10_000;

/** What an app has called lately, with its errors explained. */
export function AppCalls({ app }: { app: string }) {
  const [{ errors }, setUrl] = useUrlState();
  const only = errors === 'yes';
  const calls = useInfiniteQuery({ ...callsQuery(app, { errors: only }), refetchInterval: REFRESH_MS });
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Switch
          label="Errors only"
          checked={only}
          onChange={({ currentTarget }) => setUrl({ errors: currentTarget.checked ? 'yes' : undefined })}
        />
        <Button
          size="xs"
          variant="default"
          leftSection={<IconRefresh size={14} />}
          loading={calls.isRefetching}
          onClick={() => void calls.refetch()}
        >
          Refresh
        </Button>
      </Group>
      {calls.isError && <Failed error={calls.error} retry={() => void calls.refetch()} />}
      {!calls.isError && (
        <DataTable
          label="Calls of the app"
          columns={COLUMNS}
          items={calls.data ?? []}
          rowKey={({ requestId, at }) => `${requestId} ${at}`}
          rowHeight={56}
          loading={calls.isPending}
          onEnd={calls.hasNextPage && !calls.isFetchingNextPage ? () => void calls.fetchNextPage() : undefined}
          empty={
            <Nothing icon={IconActivity} title={only ? 'No errors lately' : 'It has not called anything lately'}>
              Calls appear some seconds after they were made: errors all, successes as far as there is room.
            </Nothing>
          }
        />
      )}
    </>
  );
}

const COLUMNS: Column<Call>[] = [
  { key: 'at', label: 'When', width: '120px', cell: ({ at }) => <Time at={at} /> },
  {
    key: 'status',
    label: 'Status',
    width: '84px',
    cell: ({ status }) => <Badge color={status >= 500 ? 'red' : status >= 400 ? 'orange' : 'teal'}>{status}</Badge>,
  },
  {
    key: 'operation',
    label: 'Operation',
    width: 'minmax(220px, 1.4fr)',
    cell: ({ api, operation, environment }) => (
      <div>
        <Text ff="monospace" size="xs" truncate>
          {operation ?? 'no such operation'}
        </Text>
        <Text component="div" size="xs" c="dimmed" truncate>
          {api} <EnvironmentBadge name={environment} quiet />
        </Text>
      </div>
    ),
  },
  { key: 'ms', label: 'Time', width: '84px', align: 'end', cell: ({ ms }) => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms` },
  {
    key: 'explanation',
    label: 'What it means',
    width: 'minmax(260px, 2fr)',
    cell: ({ explanation, code, status }) =>
      explanation === null ? (
        status >= 400 && <Text c="dimmed">The backend answered this.</Text>
      ) : (
        <Text size="xs" lineClamp={3} style={{ whiteSpace: 'normal' }} title={`${code}: ${explanation}`}>
          {explanation}
        </Text>
      ),
  },
  {
    key: 'request',
    label: 'Request',
    width: '150px',
    cell: ({ requestId }) => (
      <Text ff="monospace" size="xs" truncate title={requestId}>
        {requestId}
      </Text>
    ),
  },
];

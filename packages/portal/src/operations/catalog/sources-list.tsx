import { Badge, Button, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDatabaseCog } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useMe } from '../../account/use-me.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Failed } from '../../ui/failed.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Time } from '../../ui/time.tsx';
import { type Provider, providersQuery } from './server/providers.ts';
import { scanProvider } from './server/scan-provider.ts';

const REFRESH_MS = 5_000;

const STATES = {
  waiting: { label: 'Waiting', color: 'gray' },
  scanning: { label: 'Reading', color: 'gate' },
  ok: { label: 'Read', color: 'teal' },
  failed: { label: 'Failed', color: 'red' },
} as const;

export function SourcesList() {
  const me = useMe();
  const queryClient = useQueryClient();
  const providers = useQuery({ ...providersQuery, refetchInterval: REFRESH_MS });
  const scan = useMutation({
    mutationFn: (name: string) => scanProvider({ params: { name } }),
    onSuccess: ({ requested }) => {
      notifications.show({ message: `${requested} is being read now` });
      void queryClient.invalidateQueries({ queryKey: providersQuery.queryKey });
    },
  });
  const { mutate, isPending, variables } = scan;
  const scanning = isPending ? variables : undefined;
  const columns = useMemo(() => columnsFor(me.can('admin') ? mutate : undefined, scanning), [me.can, mutate, scanning]);
  return (
    <>
      {scan.isError && <Failed error={scan.error} />}
      {providers.isError && <Failed error={providers.error} retry={() => void providers.refetch()} />}
      {!providers.isError && (
        <DataTable
          label="Sources of the catalog"
          columns={columns}
          items={providers.data?.items ?? []}
          rowKey={({ name }) => name}
          rowHeight={60}
          loading={providers.isPending}
          empty={
            <Nothing icon={IconDatabaseCog} title="The catalog has no sources">
              Name files, URLs or buckets under <code>catalog</code> in gatehouse.yaml, or register a location.
            </Nothing>
          }
        />
      )}
    </>
  );
}

function columnsFor(onScan: ((name: string) => void) | undefined, scanning: string | undefined): Column<Provider>[] {
  return [
    {
      key: 'name',
      label: 'Source',
      width: 'minmax(170px, 2fr)',
      cell: ({ name, type, target }) => {
        // A location that the configuration lists has no name of its own.
        const unnamed = name.startsWith('generated-');
        return (
          <div>
            <Text fw={550} truncate title={unnamed ? target : name}>
              {unnamed ? target : name}
            </Text>
            <Text size="xs" c="dimmed" truncate title={target}>
              {unnamed ? type : target}
            </Text>
          </div>
        );
      },
    },
    { key: 'state', label: 'State', width: '110px', cell: ({ state }) => <Badge color={STATES[state].color}>{STATES[state].label}</Badge> },
    { key: 'entities', label: 'Entities', width: '90px', align: 'end', cell: ({ entities }) => entities.toLocaleString('en') },
    {
      key: 'last',
      label: 'Last read',
      width: 'minmax(210px, 1fr)',
      cell: ({ lastScan, error, errorSince }) => (
        <div>
          <div>{lastScan === null ? 'never' : <Time at={lastScan.startedAt} />}</div>
          {error === null
            ? lastScan !== null && (
                <Text size="xs" c="dimmed" truncate>
                  {Math.round(lastScan.ms).toLocaleString('en')} ms, {lastScan.changed} changed, {lastScan.removed} removed
                </Text>
              )
            : errorSince !== null && (
                <Text size="xs" c="var(--bad)">
                  failing since <Time at={errorSince} />
                </Text>
              )}
        </div>
      ),
    },
    {
      key: 'error',
      label: 'What is wrong',
      width: 'minmax(220px, 2fr)',
      cell: ({ error }) =>
        error === null ? null : (
          <Text size="xs" c="var(--bad)" lineClamp={3} style={{ whiteSpace: 'normal' }} title={error}>
            {error}
          </Text>
        ),
    },
    { key: 'next', label: 'Next', width: '110px', cell: ({ nextScanAt }) => (nextScanAt === null ? null : <Time at={nextScanAt} />) },
    {
      key: 'actions',
      label: '',
      width: '110px',
      align: 'end',
      cell: ({ name, type }) =>
        onScan !== undefined && type !== 'push' ? (
          <Button
            size="compact-xs"
            variant="default"
            loading={scanning === name}
            onClick={() => onScan(name)}
            aria-label={`Read now: ${name}`}
          >
            Read now
          </Button>
        ) : null,
    },
  ];
}

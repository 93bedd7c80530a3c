import { Badge, Button, Group, Text } from '@mantine/core';
import { IconChecklist } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useMe } from '../account/use-me.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EnvironmentBadge } from '../ui/environment-badge.tsx';
import { Failed } from '../ui/failed.tsx';
import { TextLink } from '../ui/links.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { Time } from '../ui/time.tsx';
import { DecideDialog } from './decide-dialog.tsx';
import { type AccessRequest, accessRequestsQuery, type RequestsFilter } from './server/access-requests.ts';
import { withdrawAccess } from './server/withdraw-access.ts';

const COLORS = { pending: 'yellow', approved: 'teal', rejected: 'red', withdrawn: 'gray' } as const;

interface RequestsTableProps {
  filter: RequestsFilter;
  empty: string;
  /** The request that a link led to: it is to be decided at once. */
  asked?: string | undefined;
  onDecided?(): void;
}

/** Requests for access, with what the user may do about each. */
export function RequestsTable({ filter, empty, asked, onDecided }: RequestsTableProps) {
  const requests = useInfiniteQuery(accessRequestsQuery(filter));
  const me = useMe();
  const queryClient = useQueryClient();
  const [deciding, setDeciding] = useState<AccessRequest>();
  const withdraw = useMutation({
    mutationFn: (id: string) => withdrawAccess({ params: { id } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['access-requests'] }),
  });
  const { mutate } = withdraw;
  const columns = useMemo(
    () => columnsFor(setDeciding, mutate, (request) => me.can('developer') && me.owns(request.appOwner)),
    [mutate, me.can, me.owns],
  );
  return (
    <>
      {withdraw.isError && <Failed error={withdraw.error} />}
      {requests.isError && <Failed error={requests.error} retry={() => void requests.refetch()} />}
      {!requests.isError && (
        <DataTable
          label="Access requests"
          columns={columns}
          items={requests.data ?? []}
          rowKey={({ id }) => id}
          rowHeight={56}
          loading={requests.isPending}
          onEnd={requests.hasNextPage && !requests.isFetchingNextPage ? () => void requests.fetchNextPage() : undefined}
          empty={<Nothing icon={IconChecklist} title={empty} />}
        />
      )}
      <DecideDialog
        request={deciding ?? requests.data?.find(({ id, mayDecide }) => id === asked && mayDecide)}
        onClose={() => {
          setDeciding(undefined);
          onDecided?.();
        }}
      />
    </>
  );
}

function columnsFor(
  onDecide: (request: AccessRequest) => void,
  onWithdraw: (id: string) => void,
  mayWithdraw: (request: AccessRequest) => boolean,
): Column<AccessRequest>[] {
  return [
    {
      key: 'app',
      label: 'App',
      width: 'minmax(150px, 1fr)',
      cell: ({ app, appOwner }) => (
        <div>
          <TextLink to="/apps/$app/{-$tab}" params={{ app }} fw={550} c="var(--mantine-color-text)">
            {app}
          </TextLink>
          <Text size="xs" c="dimmed">
            {appOwner}
          </Text>
        </div>
      ),
    },
    {
      key: 'api',
      label: 'Wants to call',
      width: 'minmax(170px, 1.2fr)',
      cell: ({ api, environment }) => (
        <Group gap={8} wrap="nowrap">
          <TextLink to="/catalog/$namespace/$kind/$name/{-$tab}" params={{ namespace: 'default', kind: 'api', name: api }}>
            {api}
          </TextLink>
          <EnvironmentBadge name={environment} />
        </Group>
      ),
    },
    {
      key: 'reason',
      label: 'Why',
      width: 'minmax(180px, 1.6fr)',
      cell: ({ reason, answer }) => (
        <Text size="xs" lineClamp={2} style={{ whiteSpace: 'normal' }} title={reason ?? undefined}>
          {answer === null ? reason : `${reason ?? ''} Answer: ${answer}`}
        </Text>
      ),
    },
    {
      key: 'asked',
      label: 'Asked',
      width: 'minmax(150px, 1fr)',
      cell: ({ requestedAt, requestedBy }) => (
        <span>
          <Time at={requestedAt} /> by {requestedBy}
        </span>
      ),
    },
    { key: 'state', label: 'State', width: '110px', cell: ({ state }) => <Badge color={COLORS[state]}>{state}</Badge> },
    {
      key: 'actions',
      label: '',
      width: '170px',
      align: 'end',
      cell: (request) =>
        request.state !== 'pending' ? null : (
          <Group gap={6} wrap="nowrap">
            {mayWithdraw(request) && (
              <Button size="compact-xs" variant="subtle" color="gray" onClick={() => onWithdraw(request.id)}>
                Withdraw
              </Button>
            )}
            {request.mayDecide && (
              <Button size="compact-xs" onClick={() => onDecide(request)}>
                Decide
              </Button>
            )}
          </Group>
        ),
    },
  ];
}

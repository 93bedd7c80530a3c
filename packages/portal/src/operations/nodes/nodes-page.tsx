import { ActionIcon, Alert, Badge, Text, Tooltip } from '@mantine/core';
import { IconTopologyStar3, IconTrash } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useMe } from '../../account/use-me.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Failed } from '../../ui/failed.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Page } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { stateOfNode } from './node-state.ts';
import { forgetNode } from './server/forget-node.ts';
import { type Node, nodesQuery } from './server/nodes.ts';

const REFRESH_MS = 5_000;

export function NodesPage() {
  const me = useMe();
  const nodes = useInfiniteQuery({ ...nodesQuery, refetchInterval: REFRESH_MS });
  const [forgetting, setForgetting] = useState<Node>();
  const columns = useMemo(() => columnsFor(me.can('admin'), setForgetting), [me.can]);
  const items = nodes.data ?? [];
  const rejecting = items.filter((node) => stateOfNode(node).label === 'Rejected');
  const away = items.filter(({ connected }) => !connected);
  return (
    <Page title="Nodes" description="The gateways that carry the traffic, and the snapshot that each of them serves. It updates by itself.">
      {rejecting.map(({ id, name, rejected }) => (
        <Alert key={id} color="red" mb="md" title={`${name} rejected snapshot ${rejected?.snapshot}`}>
          <Text>{rejected?.reason}</Text>
          <Text mt={4}>It goes on with the snapshot before. Publish a corrected revision, or roll back the API that is named.</Text>
        </Alert>
      ))}
      {away.length > 0 && <Away nodes={away} all={away.length === items.length} />}
      {nodes.isError && <Failed error={nodes.error} retry={() => void nodes.refetch()} />}
      {(nodes.data !== undefined || nodes.isPending) && (
        <DataTable
          label="Gateway nodes"
          columns={columns}
          items={items}
          rowKey={({ id }) => id}
          rowHeight={52}
          loading={nodes.isPending}
          onEnd={nodes.hasNextPage ? () => void nodes.fetchNextPage() : undefined}
          empty={
            <Nothing icon={IconTopologyStar3} title="No gateway is connected">
              Start one with <code>gatehouse start --role gateway</code> and an access token of role node.
            </Nothing>
          }
        />
      )}
      <Forget node={forgetting} onClose={() => setForgetting(undefined)} />
    </Page>
  );
}

/** Nodes that the control plane has lost sight of: what that means, and where to look. */
function Away({ nodes, all }: { nodes: readonly Node[]; all: boolean }) {
  const names = nodes.map(({ name }) => name).slice(0, 5);
  const who = nodes.length > names.length ? `${names.join(', ')} and ${nodes.length - names.length} more` : names.join(', ');
  return (
    <Alert
      color={all ? 'red' : 'yellow'}
      mb="md"
      title={all ? 'No gateway is connected' : `${who} ${nodes.length === 1 ? 'is' : 'are'} not connected`}
    >
      <Text>
        {all && `${who}: `}
        {nodes.length === 1 ? 'it serves its last good snapshot if it runs' : 'they serve their last good snapshots if they run'}, and what
        is published meanwhile arrives when {nodes.length === 1 ? 'it is' : 'they are'} back.
      </Text>
      <Text mt={4}>
        Look whether the process runs and reaches the control plane: its log says why not, its own <code>/readyz</code> whether it serves.
        {!all && ' A node that is gone for good can be forgotten.'}
      </Text>
    </Alert>
  );
}

function columnsFor(admin: boolean, onForget: (node: Node) => void): Column<Node>[] {
  return [
    {
      key: 'name',
      label: 'Node',
      width: 'minmax(200px, 1.4fr)',
      cell: ({ name, address }) => (
        <div>
          <Text fw={550} truncate>
            {name}
          </Text>
          <Text size="xs" c="dimmed" truncate>
            {address}
          </Text>
        </div>
      ),
    },
    {
      key: 'state',
      label: 'State',
      width: '150px',
      cell: (node) => {
        const { label, color, meaning } = stateOfNode(node);
        return (
          <Tooltip label={meaning} multiline maw={280}>
            <Badge color={color} tabIndex={0}>
              {label}
            </Badge>
          </Tooltip>
        );
      },
    },
    {
      key: 'snapshot',
      label: 'Snapshot',
      width: '180px',
      cell: ({ applied }) =>
        applied === null ? (
          'none'
        ) : (
          <span>
            {applied.snapshot}, <Time at={applied.at} />
          </span>
        ),
    },
    { key: 'kind', label: 'Kind', width: '110px', cell: ({ kind }) => kind },
    { key: 'version', label: 'Version', width: '110px', cell: ({ version }) => version },
    { key: 'seen', label: 'Last seen', width: '150px', cell: ({ lastSeenAt }) => <Time at={lastSeenAt} /> },
    {
      key: 'actions',
      label: '',
      width: '64px',
      align: 'end',
      cell: (node) =>
        admin && !node.connected ? (
          <ActionIcon variant="subtle" color="gray" aria-label={`Forget ${node.name}`} onClick={() => onForget(node)}>
            <IconTrash size={16} />
          </ActionIcon>
        ) : null,
    },
  ];
}

function Forget({ node, onClose }: { node: Node | undefined; onClose(): void }) {
  const queryClient = useQueryClient();
  const forget = useMutation({
    mutationFn: (id: string) => forgetNode({ params: { id } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: nodesQuery.queryKey });
      onClose();
    },
  });
  return (
    <Confirm
      opened={node !== undefined}
      onClose={onClose}
      title={`Forget ${node?.name}?`}
      action="Forget it"
      danger
      busy={forget.isPending}
      error={forget.error}
      onConfirm={() => node !== undefined && forget.mutate(node.id)}
    >
      <Text>It disappears from this list. If it still runs and connects again, it is back.</Text>
    </Confirm>
  );
}

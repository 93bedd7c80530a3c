import { Badge, Button, Text } from '@mantine/core';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useMe } from '../../account/use-me.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Failed } from '../../ui/failed.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Page } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { useUrlState } from '../../ui/use-url-state.ts';
import { NewToken } from './new-token.tsx';
import { revokeToken } from './server/revoke-token.ts';
import { type Token, tokensQuery } from './server/tokens.ts';

export function TokensPage() {
  const me = useMe();
  const tokens = useInfiniteQuery(tokensQuery);
  const [{ new: making }, setUrl] = useUrlState();
  const [revoking, setRevoking] = useState<Token>();
  const columns = useMemo(() => columnsFor(setRevoking), []);
  return (
    <Page
      title="Access tokens"
      description="For scripts, pipelines and gateway nodes. People sign in with their own account."
      actions={
        me.can('admin') && (
          <Button leftSection={<IconPlus size={16} />} onClick={() => setUrl({ new: 'yes' })}>
            New token
          </Button>
        )
      }
    >
      {tokens.isError && <Failed error={tokens.error} retry={() => void tokens.refetch()} />}
      {(tokens.data !== undefined || tokens.isPending) && (
        <DataTable
          label="Access tokens"
          columns={columns}
          items={tokens.data ?? []}
          rowKey={({ id }) => id}
          loading={tokens.isPending}
          onEnd={tokens.hasNextPage ? () => void tokens.fetchNextPage() : undefined}
          empty={<Nothing icon={IconKey} title="There are no access tokens" />}
        />
      )}
      <NewToken opened={making !== undefined && me.can('admin')} onClose={() => setUrl({ new: undefined })} />
      <Revoke token={revoking} onClose={() => setRevoking(undefined)} />
    </Page>
  );
}

function columnsFor(onRevoke: (token: Token) => void): Column<Token>[] {
  return [
    { key: 'name', label: 'Name', width: 'minmax(180px, 1.5fr)', cell: ({ name }) => <Text fw={550}>{name}</Text> },
    { key: 'role', label: 'Role', width: '120px', cell: ({ role }) => <Badge color="gray">{role}</Badge> },
    { key: 'teams', label: 'Teams', width: 'minmax(140px, 1fr)', cell: ({ teams }) => teams.join(', ') },
    {
      key: 'created',
      label: 'Created',
      width: 'minmax(180px, 1fr)',
      cell: ({ createdAt, createdBy }) => (
        <span>
          <Time at={createdAt} /> by {createdBy}
        </span>
      ),
    },
    {
      key: 'used',
      label: 'Last used',
      width: '130px',
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : <Time at={lastUsedAt} />),
    },
    {
      key: 'expires',
      label: 'Expires',
      width: '130px',
      cell: ({ expiresAt }) => (expiresAt === null ? 'never' : <Time at={expiresAt} />),
    },
    {
      key: 'actions',
      label: '',
      width: '100px',
      align: 'end',
      cell: (token) => (
        <Button size="compact-xs" variant="subtle" color="red" onClick={() => onRevoke(token)} aria-label={`Revoke ${token.name}`}>
          Revoke
        </Button>
      ),
    },
  ];
}

function Revoke({ token, onClose }: { token: Token | undefined; onClose(): void }) {
  const queryClient = useQueryClient();
  const revoke = useMutation({
    mutationFn: (id: string) => revokeToken({ params: { id } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey });
      onClose();
    },
  });
  return (
    <Confirm
      opened={token !== undefined}
      onClose={onClose}
      title={`Revoke ${token?.name}?`}
      action="Revoke it"
      danger
      busy={revoke.isPending}
      error={revoke.error}
      onConfirm={() => token !== undefined && revoke.mutate(token.id)}
    >
      <Text>Whatever uses it is refused from now on. It cannot be brought back.</Text>
    </Confirm>
  );
}

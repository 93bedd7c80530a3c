import { Badge, Button, Text } from '@mantine/core';
import { IconLockOpen } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useMe } from '../account/use-me.ts';
import { RequestsTable } from '../requests/requests-table.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EnvironmentBadge } from '../ui/environment-badge.tsx';
import { Failed } from '../ui/failed.tsx';
import { ButtonLink, TextLink } from '../ui/links.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { Time } from '../ui/time.tsx';
import type { App } from './server/app.ts';
import { type Authorization, authorizationsQuery } from './server/authorizations.ts';
import { takeAuthorizationBack } from './server/take-authorization-back.ts';

/** What an app may call, and what it has asked for. */
export function AppAccess({ app }: { app: App }) {
  const authorizations = useInfiniteQuery(authorizationsQuery(app.name));
  const me = useMe();
  const [taking, setTaking] = useState<Authorization>();
  const mayTake = me.can('publisher') && me.owns(app.owner) && app.managedBy === null;
  const columns = useMemo(() => columnsFor(mayTake ? setTaking : undefined), [mayTake]);
  return (
    <>
      {authorizations.isError && <Failed error={authorizations.error} retry={() => void authorizations.refetch()} />}
      {!authorizations.isError && (
        <DataTable
          label="What the app may call"
          columns={columns}
          items={authorizations.data ?? []}
          rowKey={({ id }) => id}
          loading={authorizations.isPending}
          onEnd={authorizations.hasNextPage ? () => void authorizations.fetchNextPage() : undefined}
          empty={
            <Nothing
              icon={IconLockOpen}
              title="It may not call anything yet"
              action={
                me.can('developer') ? (
                  <ButtonLink to="/requests" search={{ new: '-', app: app.name }}>
                    Request access
                  </ButtonLink>
                ) : undefined
              }
            >
              Find an API in the catalog and request access to it in the environment that you need.
            </Nothing>
          }
        />
      )}
      <Text component="h2" fw={600} mt="xl" mb="sm">
        Requests
      </Text>
      <RequestsTable filter={{ app: app.name }} empty="It has not asked for anything." />
      <TakeBack app={app.name} authorization={taking} onClose={() => setTaking(undefined)} />
    </>
  );
}

function columnsFor(onTake: ((authorization: Authorization) => void) | undefined): Column<Authorization>[] {
  return [
    {
      key: 'api',
      label: 'API',
      width: 'minmax(200px, 1.6fr)',
      cell: ({ api }) => (
        <TextLink to="/catalog/$namespace/$kind/$name/{-$tab}" params={{ namespace: 'default', kind: 'api', name: api }} fw={550}>
          {api}
        </TextLink>
      ),
    },
    { key: 'environment', label: 'Environment', width: '140px', cell: ({ environment }) => <EnvironmentBadge name={environment} /> },
    {
      key: 'expires',
      label: 'Until',
      width: '160px',
      cell: ({ expiresAt }) =>
        expiresAt === null ? 'taken back' : Date.parse(expiresAt) < Date.now() ? <Badge color="red">over</Badge> : <Time at={expiresAt} />,
    },
    {
      key: 'since',
      label: 'Since',
      width: 'minmax(160px, 1fr)',
      cell: ({ createdAt, createdBy }) => (
        <span>
          <Time at={createdAt} /> by {createdBy}
        </span>
      ),
    },
    {
      key: 'actions',
      label: '',
      width: '110px',
      align: 'end',
      cell: (authorization) =>
        onTake === undefined ? null : (
          <Button
            size="compact-xs"
            variant="subtle"
            color="red"
            onClick={() => onTake(authorization)}
            aria-label={`Take back ${authorization.api} in ${authorization.environment}`}
          >
            Take back
          </Button>
        ),
    },
  ];
}

function TakeBack({ app, authorization, onClose }: { app: string; authorization: Authorization | undefined; onClose(): void }) {
  const queryClient = useQueryClient();
  const take = useMutation({
    mutationFn: (id: string) => takeAuthorizationBack({ params: { name: app, id } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['apps'] });
      onClose();
    },
  });
  return (
    <Confirm
      opened={authorization !== undefined}
      onClose={onClose}
      title="Take the authorization back?"
      action="Take it back"
      danger
      busy={take.isPending}
      error={take.error}
      onConfirm={() => authorization !== undefined && take.mutate(authorization.id)}
    >
      <Text>
        Calls of {app} to {authorization?.api} in {authorization?.environment} are refused within a second.
      </Text>
    </Confirm>
  );
}

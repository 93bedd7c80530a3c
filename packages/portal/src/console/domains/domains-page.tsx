import { Button, Group, Skeleton, Stack } from '@mantine/core';
import { IconPlus, IconWorld } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useMe } from '../../account/use-me.ts';
import { Failed } from '../../ui/failed.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Page } from '../../ui/page.tsx';
import { useUrlState } from '../../ui/use-url-state.ts';
import { DeleteDomain } from './delete-domain.tsx';
import { DomainCard } from './domain-card.tsx';
import { DomainDialog } from './domain-dialog.tsx';
import classes from './domains-page.module.css';
import { type Domain, domainsQuery } from './server/domains.ts';

/** Hosts and what their paths lead to. Administrators bind them. */
export function DomainsPage() {
  const me = useMe();
  const [{ edit }, setUrl] = useUrlState();
  const domains = useInfiniteQuery(domainsQuery);
  const [deleting, setDeleting] = useState<Domain>();
  const mayChange = me.can('admin');
  const create = mayChange && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setUrl({ edit: 'new' })}>
      New domain
    </Button>
  );
  const editing = mayChange && edit !== undefined && edit !== 'new' ? domains.data?.find(({ host }) => host === edit) : undefined;
  const isOpen = mayChange && (edit === 'new' || (editing !== undefined && editing.managedBy === null));
  return (
    <Page
      title="Domains"
      description={
        mayChange
          ? 'Hosts of your own and the APIs that their paths lead to. Requests follow a change at once.'
          : 'Hosts and the APIs that their paths lead to. Administrators bind them.'
      }
      actions={create}
    >
      {domains.isError && <Failed error={domains.error} retry={() => void domains.refetch()} />}
      {domains.isPending && (
        <Stack gap="md" aria-busy="true">
          <Skeleton height={138} />
          <Skeleton height={138} />
        </Stack>
      )}
      {domains.data?.length === 0 && (
        <div className={classes.empty}>
          <Nothing icon={IconWorld} title="No domain is bound yet" action={create}>
            {mayChange
              ? 'Bind a host, and callers reach your APIs under it instead of the gateway’s address, base path and environment.'
              : 'APIs are reached under the gateway’s own address. Administrators bind hosts.'}
          </Nothing>
        </div>
      )}
      <Stack gap="md">
        {domains.data?.map((domain) => (
          <DomainCard
            key={domain.host}
            domain={domain}
            {...(mayChange && domain.managedBy === null
              ? { onEdit: () => setUrl({ edit: domain.host }), onDelete: () => setDeleting(domain) }
              : {})}
          />
        ))}
      </Stack>
      {domains.hasNextPage && (
        <Group justify="center" mt="md">
          <Button variant="default" loading={domains.isFetchingNextPage} onClick={() => void domains.fetchNextPage()}>
            More
          </Button>
        </Group>
      )}
      <DomainDialog key={editing?.host ?? 'new'} domain={editing} opened={isOpen} onClose={() => setUrl({ edit: undefined })} />
      {deleting !== undefined && <DeleteDomain domain={deleting} onClose={() => setDeleting(undefined)} />}
    </Page>
  );
}

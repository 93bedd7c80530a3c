import { Button, Group, Menu, SegmentedControl, Select, Stack, Text, Title } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { environmentsQuery } from '../../../catalog/server/environments.ts';
import { TabLoading } from '../../../catalog/tab-loading.tsx';
import { ChangesList, countChanges } from '../../../ui/changes-list.tsx';
import { Failed } from '../../../ui/failed.tsx';
import { Time } from '../../../ui/time.tsx';
import { useUrlState } from '../../../ui/use-url-state.ts';
import type { May } from '../may.ts';
import type { Api } from '../server/api.ts';
import { revisionDiffQuery } from '../server/revision-diff.ts';
import type { Revision } from '../server/revisions.ts';
import { RevisionDocument } from './revision-document.tsx';
import classes from './revisions.module.css';

interface RevisionDetailsProps {
  api: Api;
  may: May;
  revision: Revision;
  /** All that are known, newest first. */
  others: readonly Revision[];
}

/** One revision: what it changed, its document, and where it can be made live again. */
export function RevisionDetails({ api, may, revision, others }: RevisionDetailsProps) {
  const [{ against, show }, setUrl] = useUrlState();
  const { number, comment, createdAt, createdBy, operations, environments } = revision;
  const asDocument = show === 'document';
  return (
    <section aria-label={`Revision ${number}`} className={classes.details}>
      <Group justify="space-between" align="flex-start" gap="xs" mb="md">
        <div>
          <Title order={2}>Revision {number}</Title>
          <Text c="dimmed">
            <Time at={createdAt} /> by {createdBy} · {operations} {operations === 1 ? 'operation' : 'operations'}
            {environments.length > 0 && ` · live in ${environments.join(', ')}`}
          </Text>
          {comment !== null && (
            <Text mt={4} style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>
              {comment}
            </Text>
          )}
        </div>
        {may.publish && <MakeLive api={api} number={number} />}
      </Group>
      <Group justify="space-between" align="flex-end" mb="md">
        <SegmentedControl
          aria-label="What is shown of the revision"
          data={[
            { value: 'changes', label: 'Changes' },
            { value: 'document', label: 'Document' },
          ]}
          value={asDocument ? 'document' : 'changes'}
          onChange={(value) => setUrl({ show: value === 'document' ? 'document' : undefined })}
        />
        {!asDocument && others.length > 1 && (
          <Select
            aria-label="Compared with"
            data={[
              { value: '', label: 'Compared with the one before' },
              ...others
                .filter((other) => other.number !== number)
                .map((other) => ({ value: String(other.number), label: `Compared with revision ${other.number}` })),
            ]}
            value={against ?? ''}
            onChange={(value) => setUrl({ against: value === null || value === '' ? undefined : value })}
            allowDeselect={false}
            searchable={others.length > 12}
            w={250}
          />
        )}
      </Group>
      {asDocument ? (
        <RevisionDocument api={api.name} revision={number} />
      ) : (
        <Changes api={api.name} revision={number} against={toNumber(against)} />
      )}
    </section>
  );
}

function toNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

function Changes({ api, revision, against }: { api: string; revision: number; against: number | undefined }) {
  const diff = useQuery(revisionDiffQuery(api, revision, against));
  if (diff.isError) return <Failed error={diff.error} retry={() => void diff.refetch()} />;
  if (diff.data === undefined) return <TabLoading />;
  const { changes } = diff.data;
  if (diff.data.against === null) return <Text c="dimmed">It is the first, so there is nothing that it changed.</Text>;
  return (
    <Stack gap={4}>
      <Text fw={600}>
        {changes.length === 0 ? 'Nothing changed for callers' : countChanges(changes)} from revision {diff.data.against} to revision{' '}
        {revision}
      </Text>
      {changes.length > 0 && <ChangesList changes={changes} />}
    </Stack>
  );
}

/** Older than what is live: that is rolling back; else it is publishing. */
function MakeLive({ api, number }: { api: Api; number: number }) {
  const [, setUrl] = useUrlState();
  const environments = useQuery(environmentsQuery).data?.items.map(({ name }) => name) ?? [];
  const live = (name: string) => api.published.find(({ environment }) => environment === name)?.revision;
  const possible = environments.filter((name) => live(name) !== number);
  if (possible.length === 0) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={14} />}>
          Make it live
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {possible.map((name) => {
          const now = live(name);
          const back = now !== undefined && now > number;
          return (
            <Menu.Item key={name} onClick={() => setUrl({ [back ? 'rollback' : 'publish']: name, of: String(number) }, { push: true })}>
              {back ? `Roll ${name} back, from revision ${now}` : `Publish to ${name}`}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

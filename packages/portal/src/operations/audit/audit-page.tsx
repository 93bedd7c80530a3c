import { Button, Drawer, Group, Select, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconHistory } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { CodeBlock } from '../../ui/code-block.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EnvironmentBadge } from '../../ui/environment-badge.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Failed } from '../../ui/failed.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Page } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { useUrlState } from '../../ui/use-url-state.ts';
import { type AuditEntry, auditQuery } from './server/audit.ts';

const SPANS = [
  { value: '1', label: 'Last 24 hours' },
  { value: '7', label: 'Last 7 days' },
  { value: '30', label: 'Last 30 days' },
];
const DAY_MS = 86_400_000;

export function AuditPage() {
  const [url, setUrl] = useUrlState();
  const { actor, action, resource, days } = url;
  // To the minute, so that the same filter is the same question.
  const since =
    days === undefined || !/^\d{1,3}$/.test(days)
      ? undefined
      : new Date(Math.floor((Date.now() - Number(days) * DAY_MS) / 60_000) * 60_000).toISOString();
  const entries = useInfiniteQuery(auditQuery({ actor, action, resource, since }));
  const [shown, setShown] = useState<AuditEntry>();
  const columns = useMemo(() => columnsFor(setShown), []);
  const filtered = [actor, action, resource, days].some((value) => value !== undefined);
  return (
    <Page title="Audit" description="Every change: who made it, when, from where, and what was there before.">
      <Group gap="sm" mb="md" align="end">
        <FilterText label="Actor" name="actor" value={actor} onChange={setUrl} />
        <FilterText label="Action" name="action" value={action} onChange={setUrl} placeholder="apis.publish" />
        <FilterText label="Resource" name="resource" value={resource} onChange={setUrl} placeholder="apis/petstore" />
        <Select
          label="Time"
          data={SPANS}
          value={days ?? null}
          onChange={(value) => setUrl({ days: value ?? undefined })}
          placeholder="All"
          clearable
          w={160}
        />
        {filtered && (
          <Button variant="subtle" onClick={() => setUrl({ actor: undefined, action: undefined, resource: undefined, days: undefined })}>
            Clear
          </Button>
        )}
      </Group>
      {entries.isError && <Failed error={entries.error} retry={() => void entries.refetch()} />}
      {!entries.isError && (
        <DataTable
          label="Changes"
          columns={columns}
          items={entries.data ?? []}
          rowKey={({ number }) => String(number)}
          loading={entries.isPending}
          onEnd={entries.hasNextPage && !entries.isFetchingNextPage ? () => void entries.fetchNextPage() : undefined}
          empty={
            <Nothing icon={IconHistory} title={filtered ? 'No change matches' : 'Nothing was changed yet'}>
              {filtered ? 'Names must match as a whole: an action is the id of an operation, such as apis.publish.' : undefined}
            </Nothing>
          }
        />
      )}
      <Entry entry={shown} onClose={() => setShown(undefined)} />
    </Page>
  );
}

interface FilterTextProps {
  label: string;
  name: string;
  value: string | undefined;
  placeholder?: string;
  onChange(change: Record<string, string | undefined>): void;
}

function FilterText({ label, name, value, placeholder, onChange }: FilterTextProps) {
  const [text, setText] = useState(value ?? '');
  const apply = useDebouncedCallback((given: string) => onChange({ [name]: given.trim() }), 350);
  return (
    <TextInput
      // A cleared filter clears its text too.
      key={value === undefined ? 'empty' : 'filled'}
      label={label}
      defaultValue={value === undefined ? '' : text}
      placeholder={placeholder}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        apply(currentTarget.value);
      }}
      w={180}
      autoComplete="off"
      spellCheck={false}
    />
  );
}

function columnsFor(onShow: (entry: AuditEntry) => void): Column<AuditEntry>[] {
  return [
    { key: 'at', label: 'When', width: '130px', cell: ({ at }) => <Time at={at} /> },
    { key: 'actor', label: 'Actor', width: 'minmax(140px, 1fr)', cell: ({ actor }) => actor },
    {
      key: 'action',
      label: 'Action',
      width: 'minmax(160px, 1fr)',
      cell: (entry) => (
        <UnstyledButton onClick={() => onShow(entry)} c="var(--mantine-color-anchor)" fz="sm">
          {entry.action}
        </UnstyledButton>
      ),
    },
    { key: 'resource', label: 'Resource', width: 'minmax(180px, 1.4fr)', cell: ({ resource }) => resource },
    {
      key: 'environment',
      label: 'Environment',
      width: '130px',
      cell: ({ environment }) => (environment === null ? null : <EnvironmentBadge name={environment} />),
    },
    { key: 'address', label: 'From', width: '150px', cell: ({ address }) => address },
  ];
}

function Entry({ entry, onClose }: { entry: AuditEntry | undefined; onClose(): void }) {
  return (
    <Drawer opened={entry !== undefined} onClose={onClose} position="right" size="lg" title={entry?.action}>
      {entry !== undefined && (
        <Stack>
          <Facts
            items={[
              ['Resource', entry.resource],
              ['Environment', entry.environment ?? undefined],
              ['Actor', entry.actor],
              ['When', new Date(entry.at).toLocaleString()],
              ['From', entry.address ?? undefined],
              ['Request', entry.requestId ?? undefined],
            ]}
          />
          <Side title="Before" value={entry.before} />
          <Side title="After" value={entry.after} />
        </Stack>
      )}
    </Drawer>
  );
}

function Side({ title, value }: { title: string; value: unknown }) {
  return (
    <section>
      <Text fw={600} mb={4}>
        {title}
      </Text>
      {value === null || value === undefined ? (
        <Text c="dimmed">Nothing</Text>
      ) : (
        <CodeBlock text={JSON.stringify(value, null, 2)} what={`what was there ${title.toLowerCase()}`} wrap />
      )}
    </section>
  );
}

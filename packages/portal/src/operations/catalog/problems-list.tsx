import { Badge, SegmentedControl, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { plainProblem } from '../../catalog/plain-problem.ts';
import { entityPath } from '../../search/entity-ref.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Failed } from '../../ui/failed.tsx';
import { TextLink } from '../../ui/links.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Time } from '../../ui/time.tsx';
import { useUrlState } from '../../ui/use-url-state.ts';
import { type CatalogProblem, problemsQuery } from './server/problems.ts';

const KINDS = {
  error: { label: 'Error', color: 'red' },
  conflict: { label: 'Conflict', color: 'yellow' },
  orphan: { label: 'Orphan', color: 'gray' },
} as const;

function isKind(value: string | undefined): value is CatalogProblem['kind'] {
  return value !== undefined && Object.hasOwn(KINDS, value);
}

export function ProblemsList() {
  const [{ kind: given }, setUrl] = useUrlState();
  const kind = isKind(given) ? given : undefined;
  const problems = useInfiniteQuery(problemsQuery(kind));
  return (
    <>
      <SegmentedControl
        mb="md"
        aria-label="Kind of problem"
        value={kind ?? 'all'}
        onChange={(value) => setUrl({ kind: value === 'all' ? undefined : value })}
        data={[
          { value: 'all', label: 'All' },
          { value: 'error', label: 'Errors' },
          { value: 'conflict', label: 'Conflicts' },
          { value: 'orphan', label: 'Orphans' },
        ]}
      />
      {problems.isError && <Failed error={problems.error} retry={() => void problems.refetch()} />}
      {!problems.isError && (
        <DataTable
          label="Problems of the catalog"
          columns={COLUMNS}
          items={problems.data ?? []}
          rowKey={({ kind, entity, location, message }) => `${kind} ${entity} ${location} ${message}`}
          rowHeight={64}
          loading={problems.isPending}
          onEnd={problems.hasNextPage && !problems.isFetchingNextPage ? () => void problems.fetchNextPage() : undefined}
          empty={
            <Nothing icon={IconCircleCheck} title="Nothing is wrong">
              Documents with errors, entities that two sources claim, and entities whose source is gone would be here.
            </Nothing>
          }
        />
      )}
    </>
  );
}

const COLUMNS: Column<CatalogProblem>[] = [
  { key: 'kind', label: 'Kind', width: '110px', cell: ({ kind }) => <Badge color={KINDS[kind].color}>{KINDS[kind].label}</Badge> },
  {
    key: 'entity',
    label: 'Entity and location',
    width: 'minmax(260px, 1.2fr)',
    cell: ({ entity, location }) => {
      const path = entity === null ? undefined : entityPath(entity);
      return (
        <div>
          {entity !== null && (path === undefined ? <Text truncate>{entity}</Text> : <TextLink to={path}>{entity}</TextLink>)}
          <Text size="xs" c="dimmed" truncate title={location ?? undefined}>
            {location}
          </Text>
        </div>
      );
    },
  },
  {
    key: 'message',
    label: 'What is wrong',
    width: 'minmax(300px, 2fr)',
    cell: ({ message, keptBy }) => (
      <Text lineClamp={3} style={{ whiteSpace: 'normal' }} title={message}>
        {plainProblem(message)}
        {keptBy !== null && ` It stays with ${keptBy}.`}
      </Text>
    ),
  },
  { key: 'since', label: 'Since', width: '120px', cell: ({ since }) => (since === null ? null : <Time at={since} />) },
];

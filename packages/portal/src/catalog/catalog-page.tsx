import { Badge, Button, Drawer, Group, Select, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks';
import { IconFilter, IconPlus, IconSearch, IconStack2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useMe } from '../account/use-me.ts';
import { entityPath } from '../search/entity-ref.ts';
import { type Column, DataTable, type Sorting } from '../ui/data-table.tsx';
import { EnvironmentBadge } from '../ui/environment-badge.tsx';
import { Failed } from '../ui/failed.tsx';
import { ButtonLink, TextLink } from '../ui/links.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { Page } from '../ui/page.tsx';
import { useUrlState } from '../ui/use-url-state.ts';
import { countNarrowed, DIMENSIONS, readFilter, toCondition } from './catalog-filter.ts';
import { CatalogFilters } from './catalog-filters.tsx';
import classes from './catalog-page.module.css';
import { type Entity, refOf, related, specText } from './entity.ts';
import { facetsQuery } from './server/facets.ts';
import { shortRef } from './short-ref.ts';
import { useEntities } from './use-entities.ts';

const SORT_FIELDS: Record<string, string> = {
  name: 'metadata.name',
  owner: 'relations.ownedBy',
  type: 'spec.type',
  lifecycle: 'spec.lifecycle',
};
const ALL_KINDS = { $all: [] };

export function CatalogPage() {
  const [url, setUrl] = useUrlState();
  const filter = readFilter(url);
  const sorting = readSorting(url.sort);
  const [filtersOpen, filters] = useDisclosure(false);
  const me = useMe();
  const entities = useEntities({
    condition: toCondition(filter),
    text: filter.text,
    order: { field: SORT_FIELDS[sorting.key] ?? 'metadata.name', order: sorting.descending ? 'desc' : 'asc' },
  });
  const narrowed = countNarrowed(filter);
  const clear = () => setUrl({ ...Object.fromEntries(DIMENSIONS.map((dimension) => [dimension, undefined])), q: undefined });
  const choose = <CatalogFilters filter={filter} onChange={(change) => setUrl(change)} />;
  return (
    <Page
      title="Catalog"
      wide
      actions={
        me.can('developer') ? (
          <ButtonLink variant="default" leftSection={<IconPlus size={16} />} to="/catalog/register">
            Register
          </ButtonLink>
        ) : undefined
      }
    >
      <div className={classes.bar}>
        <KindSelect kind={url.kind ?? 'api'} onChange={(kind) => setUrl({ kind }, { push: true })} />
        <SearchText key={url.q === undefined ? 'empty' : 'filled'} text={filter.text} onChange={(q) => setUrl({ q })} />
        <Button variant="default" leftSection={<IconFilter size={16} />} onClick={filters.open} hiddenFrom="md">
          Filter{narrowed > 0 && ` (${narrowed})`}
        </Button>
        {(narrowed > 0 || filter.text !== '') && (
          <Button variant="subtle" onClick={clear}>
            Clear
          </Button>
        )}
        <Text c="dimmed" ms="auto" role="status" className="tabular">
          {entities.total === undefined ? ' ' : `${entities.total.toLocaleString('en')} ${entities.total === 1 ? 'entity' : 'entities'}`}
        </Text>
      </div>
      <div className={classes.layout}>
        <aside className={classes.filters} aria-label="Filters">
          {choose}
        </aside>
        <div>
          {entities.error !== null ? (
            <Failed error={entities.error} retry={() => void entities.refetch()} />
          ) : (
            <DataTable
              key={JSON.stringify([filter, sorting])}
              label="Entities"
              columns={COLUMNS}
              items={entities.items}
              rowKey={refOf}
              rowHeight={54}
              height="calc(100dvh - 190px)"
              sorting={sorting}
              onSort={({ key, descending }) => setUrl({ sort: `${descending ? '-' : ''}${key}` })}
              total={entities.total}
              loading={entities.isPending}
              onRange={entities.onRange}
              empty={
                <Nothing
                  icon={IconStack2}
                  title={narrowed > 0 || filter.text !== '' ? 'Nothing matches' : 'There is nothing here yet'}
                  action={
                    narrowed > 0 || filter.text !== '' ? (
                      <Button variant="default" onClick={clear}>
                        Clear the filters
                      </Button>
                    ) : undefined
                  }
                >
                  {narrowed > 0 || filter.text !== ''
                    ? 'Take a filter away, or search for what it does with /.'
                    : 'APIs appear when they are published, when a service registers itself, or when a location is registered.'}
                </Nothing>
              }
            />
          )}
        </div>
      </div>
      <Drawer opened={filtersOpen} onClose={filters.close} title="Filter" size="xs">
        {choose}
      </Drawer>
    </Page>
  );
}

function readSorting(text: string | undefined): Sorting {
  const descending = text?.startsWith('-') ?? false;
  const key = text?.replace(/^-/, '') ?? 'name';
  return { key: Object.hasOwn(SORT_FIELDS, key) ? key : 'name', descending };
}

function KindSelect({ kind, onChange }: { kind: string; onChange(kind: string): void }) {
  const counts = useQuery(facetsQuery(['kind'], ALL_KINDS)).data?.kind ?? [];
  const data = useMemo(() => {
    const kinds = counts.map(({ value, count }) => ({ value: value.toLowerCase(), label: `${value} (${count.toLocaleString('en')})` }));
    if (kind !== 'all' && kinds.every(({ value }) => value !== kind)) kinds.unshift({ value: kind, label: kind === 'api' ? 'API' : kind });
    return [...kinds, { value: 'all', label: 'Every kind' }];
  }, [counts, kind]);
  return <Select aria-label="Kind" data={data} value={kind} onChange={(value) => onChange(value ?? 'api')} allowDeselect={false} w={180} />;
}

function SearchText({ text, onChange }: { text: string; onChange(text: string): void }) {
  const [typed, setTyped] = useState(text);
  const apply = useDebouncedCallback((given: string) => onChange(given.trim()), 200);
  return (
    <TextInput
      aria-label="Name, title or description"
      placeholder="Name, title or description"
      leftSection={<IconSearch size={16} />}
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        apply(currentTarget.value);
      }}
      w={280}
      maxLength={200}
      spellCheck={false}
    />
  );
}

const TAGS_SHOWN = 2;

const COLUMNS: Column<Entity>[] = [
  {
    key: 'name',
    label: 'Name',
    width: 'minmax(188px, 2.4fr)',
    sortable: true,
    cell: (entity) => (
      <div>
        <TextLink to={entityPath(refOf(entity)) ?? '/catalog'} fw={550} c="var(--mantine-color-text)">
          {entity.metadata.title ?? entity.metadata.name}
        </TextLink>
        <Text size="xs" c="dimmed" truncate>
          {entity.metadata.description ?? (entity.metadata.title === undefined ? '' : entity.metadata.name)}
        </Text>
      </div>
    ),
  },
  {
    key: 'owner',
    label: 'Owner',
    width: 'minmax(104px, 1fr)',
    sortable: true,
    cell: (entity) => {
      const [owner] = related(entity, 'ownedBy');
      return owner === undefined ? null : <TextLink to={entityPath(owner) ?? '/catalog'}>{shortRef(owner, 'group')}</TextLink>;
    },
  },
  { key: 'type', label: 'Type', width: '92px', sortable: true, cell: (entity) => specText(entity, 'type') },
  {
    key: 'lifecycle',
    label: 'Lifecycle',
    width: '126px',
    sortable: true,
    cell: (entity) => {
      const lifecycle = specText(entity, 'lifecycle');
      if (lifecycle === undefined) return null;
      return <Badge color={lifecycle === 'production' ? 'teal' : lifecycle === 'deprecated' ? 'orange' : 'gray'}>{lifecycle}</Badge>;
    },
  },
  {
    key: 'environments',
    label: 'Live in',
    width: 'minmax(190px, 1fr)',
    cell: ({ metadata }) => (
      <Group gap={4} wrap="nowrap">
        {metadata.annotations?.['gatehouse.dev/environments']?.split(',').map((name) => (
          <EnvironmentBadge key={name} name={name} />
        ))}
      </Group>
    ),
  },
  {
    key: 'tags',
    label: 'Tags',
    width: 'minmax(150px, 1fr)',
    cell: ({ metadata }) => (
      <Group gap={4} wrap="nowrap">
        {metadata.tags?.slice(0, TAGS_SHOWN).map((tag) => (
          <Badge key={tag} color="gray" variant="outline" title={tag}>
            {tag}
          </Badge>
        ))}
        {metadata.tags !== undefined && metadata.tags.length > TAGS_SHOWN && (
          <Text size="xs" c="dimmed" title={metadata.tags.slice(TAGS_SHOWN).join(', ')}>
            +{metadata.tags.length - TAGS_SHOWN}
          </Text>
        )}
      </Group>
    ),
  },
];

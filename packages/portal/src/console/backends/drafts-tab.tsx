import { IconRoute } from '@tabler/icons-react';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EnvironmentBadge } from '../../ui/environment-badge.tsx';
import { ButtonLink, TextLink } from '../../ui/links.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import type { Backend } from './server/backend.ts';

interface Draft {
  api: string;
  environments: string[];
}

/** APIs whose draft uses a backend service (B05), with where they are published on it. */
export function DraftsTab({ backend, mayMakeApis }: { backend: Backend; mayMakeApis: boolean }) {
  const drafts = backend.drafts.map((api) => ({
    api,
    environments: Object.entries(backend.definitions).flatMap(([environment, { published }]) =>
      published.some((one) => one.api === api) ? [environment] : [],
    ),
  }));
  return (
    <DataTable
      label={`APIs whose draft uses ${backend.name}`}
      columns={COLUMNS}
      items={drafts}
      rowKey={({ api }) => api}
      empty={
        <Nothing
          icon={IconRoute}
          title="No API uses it yet"
          action={mayMakeApis ? <ButtonLink to="/console/apis/new">New API</ButtonLink> : undefined}
        >
          APIs are listed here as soon as their draft leads to it.
        </Nothing>
      }
    />
  );
}

const COLUMNS: Column<Draft>[] = [
  {
    key: 'api',
    label: 'API',
    width: 'minmax(180px, 1fr)',
    cell: ({ api }) => (
      <TextLink to="/console/apis/$api/{-$tab}" params={{ api }} fw={550}>
        {api}
      </TextLink>
    ),
  },
  {
    key: 'environments',
    label: 'Published on it in',
    width: 'minmax(200px, 2fr)',
    cell: ({ environments }) =>
      environments.length === 0 ? (
        'nowhere'
      ) : (
        <span style={{ display: 'inline-flex', gap: 6 }}>
          {environments.map((name) => (
            <EnvironmentBadge key={name} name={name} />
          ))}
        </span>
      ),
  },
];

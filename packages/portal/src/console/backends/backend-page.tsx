import { Badge, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useMe } from '../../account/use-me.ts';
import { environmentsQuery } from '../../catalog/server/environments.ts';
import { TabLoading } from '../../catalog/tab-loading.tsx';
import { useNoteViewed } from '../../search/recently-viewed.ts';
import { Failed } from '../../ui/failed.tsx';
import { TextLink } from '../../ui/links.tsx';
import { ManagedByFile } from '../../ui/managed-by-file.tsx';
import { Page } from '../../ui/page.tsx';
import { TabsList } from '../../ui/tabs-list.tsx';
import { BackendActions } from './backend-actions.tsx';
import classes from './backend-page.module.css';
import { DraftsTab } from './drafts-tab.tsx';
import { EnvironmentTab } from './environment-tab.tsx';
import { type Backend, backendQuery } from './server/backend.ts';
import { installationQuery } from './server/installation.ts';

const CRUMBS = [
  <TextLink key="backends" to="/console/backends">
    Backend services
  </TextLink>,
];

/** Configure a backend service and see the APIs on it (B05): a tab for drafts, and one for each environment. */
export function BackendPage() {
  const { backend: name = '', tab: asked } = useParams({ strict: false });
  const backend = useQuery(backendQuery(name));
  const environments = useQuery(environmentsQuery);
  const known = backend.data !== undefined && environments.data !== undefined;
  useNoteViewed(known ? { path: `/console/backends/${encodeURIComponent(name)}`, title: name, kind: 'Backend service' } : undefined);
  if (!known) {
    const failed = [backend, environments].find(({ isError }) => isError);
    return (
      <Page title={name} crumbs={CRUMBS}>
        {failed === undefined ? <TabLoading /> : <Failed error={failed.error} retry={() => void failed.refetch()} />}
      </Page>
    );
  }
  const names = environments.data.items.map((environment) => environment.name);
  return <Content backend={backend.data} environments={names} asked={asked} />;
}

/** The environments in their order, then those that the configuration does not have any more and the backend service still has. */
function tabsOf(backend: Backend, environments: readonly string[]): string[] {
  return [...environments, ...Object.keys(backend.definitions).filter((name) => !environments.includes(name))];
}

function Content({ backend, environments, asked }: { backend: Backend; environments: string[]; asked: string | undefined }) {
  const me = useMe();
  const navigate = useNavigate();
  const installation = useQuery(installationQuery);
  const type = installation.data?.backendTypes.find((view) => view.type === backend.type)?.title ?? backend.type;
  const mayChange = me.can('publisher') && me.owns(backend.owner) && backend.managedBy === null;
  const tabs = tabsOf(backend, environments);
  const tab = asked !== undefined && tabs.includes(asked) ? asked : 'draft';
  return (
    <Page
      title={backend.name}
      heading={
        <span className={classes.heading}>
          {backend.name} <Badge color="gray">{type}</Badge>
        </span>
      }
      crumbs={CRUMBS}
      description={
        <>
          {backend.description !== null && <span className={classes.description}>{backend.description}</span>}
          <Text component="span" c="dimmed">
            {backend.owner === null ? 'Owned by administrators' : `Owned by ${backend.owner}`}
          </Text>
        </>
      }
      actions={mayChange ? <BackendActions backend={backend} /> : undefined}
    >
      <ManagedByFile managedBy={backend.managedBy} />
      <Tabs
        value={tab}
        onChange={(value) =>
          void navigate({
            to: '/console/backends/$backend/{-$tab}',
            params: { backend: backend.name, tab: value === null || value === 'draft' ? undefined : value },
          })
        }
      >
        <TabsList>
          {!tabs.includes('draft') && (
            <Tabs.Tab value="draft">
              Draft <Count of={backend.drafts.length} />
            </Tabs.Tab>
          )}
          {tabs.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {name} <State definition={backend.definitions[name]} />
            </Tabs.Tab>
          ))}
        </TabsList>
        <Tabs.Panel value={tab}>
          {tab === 'draft' && !tabs.includes('draft') ? (
            <DraftsTab backend={backend} mayMakeApis={me.can('developer') && (me.role === 'admin' || me.teams.length > 0)} />
          ) : (
            <EnvironmentTab key={tab} backend={backend} environment={tab} mayChange={mayChange} />
          )}
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

/** How many APIs there are behind a tab. The tab itself says so too, so its name stays short. */
function Count({ of }: { of: number }) {
  return (
    <span className={classes.count} aria-hidden>
      {of}
    </span>
  );
}

function State({ definition }: { definition: Backend['definitions'][string] | undefined }) {
  return definition === undefined ? (
    <span className={classes.undefined} aria-hidden>
      not defined
    </span>
  ) : (
    <Count of={definition.published.length} />
  );
}

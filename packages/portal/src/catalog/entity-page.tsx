import { Badge, Button, Group, Menu, Tabs } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDots, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { Suspense } from 'react';
import { useMe } from '../account/use-me.ts';
import { publicationQuery } from '../apis/server/publication.ts';
import { entityPath } from '../search/entity-ref.ts';
import { useNoteViewed } from '../search/recently-viewed.ts';
import { Failed } from '../ui/failed.tsx';
import { lazyPart } from '../ui/lazy-part.tsx';
import { ButtonLink, TextLink } from '../ui/links.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { Page } from '../ui/page.tsx';
import { PageLoading } from '../ui/page-loading.tsx';
import { TabsList } from '../ui/tabs-list.tsx';
import { type Entity, refOf, related, specText } from './entity.ts';
import { EntityOverview } from './entity-overview.tsx';
import { entityQuery } from './server/entity.ts';
import { refreshEntity } from './server/refresh-entity.ts';
import { shortRef } from './short-ref.ts';
import { TabLoading } from './tab-loading.tsx';

const DefinitionTab = lazyPart(() => import('../apis/definition-tab.tsx'), 'DefinitionTab');
const VersionsTab = lazyPart(() => import('../apis/versions-tab.tsx'), 'VersionsTab');
const ConsumersTab = lazyPart(() => import('../apis/consumers-tab.tsx'), 'ConsumersTab');
const HealthTab = lazyPart(() => import('../apis/health-tab.tsx'), 'HealthTab');
const RelationsTab = lazyPart(() => import('./relations-tab.tsx'), 'RelationsTab');
const RawTab = lazyPart(() => import('./raw-tab.tsx'), 'RawTab');

/** The name that an entity's API has at the gateway, if it is there. */
function gatewayName(entity: Entity): string | undefined {
  if (entity.kind.toLowerCase() !== 'api') return undefined;
  return entity.metadata.annotations?.['gatehouse.dev/api'] ?? entity.metadata.name;
}

export function EntityPage() {
  const { namespace = '', kind = '', name = '' } = useParams({ strict: false });
  const entity = useQuery(entityQuery({ kind, namespace, name }));
  if (entity.isPending) return <PageLoading />;
  if (entity.isError) {
    return (
      <Page title={name}>
        <Failed error={entity.error} retry={() => void entity.refetch()} />
      </Page>
    );
  }
  if (entity.data === null) {
    return (
      <Page
        title={name}
        crumbs={[
          <TextLink key="catalog" to="/catalog">
            Catalog
          </TextLink>,
        ]}
      >
        <Nothing
          title={`The catalog has no ${kind} ${shortRef(`${namespace}/${name}`)}`}
          action={
            <ButtonLink to="/catalog" search={{ kind: 'all', q: name }}>
              Look for it
            </ButtonLink>
          }
        >
          It may have been renamed or removed, or its source may not have been read yet.
        </Nothing>
      </Page>
    );
  }
  return <LoadedEntity key={refOf(entity.data)} entity={entity.data} />;
}

function LoadedEntity({ entity }: { entity: Entity }) {
  const ref = refOf(entity);
  const title = entity.metadata.title ?? entity.metadata.name;
  const params = useParams({ strict: false });
  const navigate = useNavigate();
  const me = useMe();
  const api = gatewayName(entity);
  const publication = useQuery({ ...publicationQuery(api ?? ''), enabled: api !== undefined });
  const live = publication.data ?? undefined;
  const isApi = entity.kind.toLowerCase() === 'api';
  useNoteViewed({ path: entityPath(ref) ?? '/catalog', title, kind: entity.kind });
  const tabs = [
    { value: 'overview', label: 'Overview' },
    ...(isApi ? [{ value: 'definition', label: 'Definition' }] : []),
    ...(live === undefined
      ? []
      : [
          { value: 'versions', label: 'Versions' },
          { value: 'consumers', label: 'Consumers' },
          { value: 'health', label: 'Health' },
        ]),
    { value: 'relations', label: 'Relations' },
    { value: 'raw', label: 'Descriptor' },
  ];
  // A tab that a link names stays while it is not known yet whether there is one.
  const asked = params.tab ?? 'overview';
  const tab = tabs.some(({ value }) => value === asked) || publication.isFetching ? asked : 'overview';
  const wide = tab === 'definition' || tab === 'relations';
  const [owner] = related(entity, 'ownedBy');
  return (
    <Page
      title={title}
      wide={wide}
      crumbs={[
        <TextLink key="catalog" to="/catalog" search={{ kind: entity.kind.toLowerCase() }}>
          {entity.kind}
        </TextLink>,
        ...(owner === undefined
          ? []
          : [
              <TextLink key="owner" to={entityPath(owner) ?? '/catalog'}>
                {shortRef(owner, 'group')}
              </TextLink>,
            ]),
      ]}
      heading={
        <Group gap="sm" align="center">
          <span>{title}</span>
          <Lifecycle lifecycle={specText(entity, 'lifecycle')} />
        </Group>
      }
      actions={
        <>
          {live?.mayChange === true && (
            <ButtonLink variant="default" to="/console/apis/$api/{-$tab}" params={{ api: live.api }}>
              Manage
            </ButtonLink>
          )}
          {live !== undefined && me.can('developer') && live.environments.some(({ auth }) => auth === 'app') && (
            <ButtonLink to="/requests" search={{ new: live.api }}>
              Request access
            </ButtonLink>
          )}
          <MoreActions entity={entity} />
        </>
      }
    >
      <Tabs
        value={tab}
        onChange={(value) =>
          void navigate({
            to: '/catalog/$namespace/$kind/$name/{-$tab}',
            params: {
              namespace: params.namespace ?? '',
              kind: params.kind ?? '',
              name: params.name ?? '',
              tab: value === 'overview' ? undefined : (value ?? undefined),
            },
          })
        }
      >
        <TabsList>
          {tabs.map(({ value, label }) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </TabsList>
        <Tabs.Panel value={tab}>
          <Suspense fallback={<TabLoading />}>
            {tab === 'overview' && <EntityOverview entity={entity} publication={live} />}
            {tab === 'definition' && (
              <DefinitionTab entity={entity} publication={live} known={!publication.isFetching || publication.data !== undefined} />
            )}
            {tab === 'versions' && live !== undefined && <VersionsTab publication={live} />}
            {tab === 'consumers' && live !== undefined && <ConsumersTab publication={live} />}
            {tab === 'health' && live !== undefined && <HealthTab publication={live} />}
            {tab === 'relations' && <RelationsTab entity={entity} />}
            {tab === 'raw' && <RawTab entity={entity} />}
          </Suspense>
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Lifecycle({ lifecycle }: { lifecycle: string | undefined }) {
  if (lifecycle === undefined) return null;
  return <Badge color={lifecycle === 'production' ? 'teal' : lifecycle === 'deprecated' ? 'orange' : 'gray'}>{lifecycle}</Badge>;
}

function MoreActions({ entity }: { entity: Entity }) {
  const me = useMe();
  const refresh = useMutation({
    mutationFn: () => refreshEntity(refOf(entity)),
    onSuccess: () => notifications.show({ message: 'Its source is read again soon' }),
    onError: (error) => notifications.show({ color: 'red', message: error.message }),
  });
  if (!me.can('developer')) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" px={9} aria-label="More actions">
          <IconDots size={16} />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconRefresh size={16} />} onClick={() => refresh.mutate()}>
          Read its source again
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

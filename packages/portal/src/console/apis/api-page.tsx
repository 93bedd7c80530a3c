import { Badge, Group, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { TabLoading } from '../../catalog/tab-loading.tsx';
import { useNoteViewed } from '../../search/recently-viewed.ts';
import { Failed } from '../../ui/failed.tsx';
import { TextLink } from '../../ui/links.tsx';
import { ManagedByFile } from '../../ui/managed-by-file.tsx';
import { Page } from '../../ui/page.tsx';
import { PoliciesTab } from '../policies/policies-tab.tsx';
import { ApiActions } from './api-actions.tsx';
import { DebugTab } from './debug/debug-tab.tsx';
import { DefinitionTab } from './definition-tab.tsx';
import { useMay } from './may.ts';
import { OverviewTab } from './overview/overview-tab.tsx';
import { ReadOnly } from './read-only.tsx';
import { ReleaseDialogs } from './release/release-dialogs.tsx';
import { RevisionsTab } from './revisions/revisions-tab.tsx';
import { type Api, apiQuery } from './server/api.ts';
import { SettingsTab } from './settings/settings-tab.tsx';

const TABS = [
  { value: 'overview', label: 'Overview', Content: OverviewTab },
  { value: 'definition', label: 'Definition', Content: DefinitionTab },
  { value: 'settings', label: 'Settings', Content: SettingsTab },
  { value: 'policies', label: 'Policies', Content: PoliciesTab },
  { value: 'revisions', label: 'Revisions', Content: RevisionsTab },
  { value: 'debug', label: 'Debug', Content: DebugTab },
] as const;

const CRUMBS = [
  <TextLink key="apis" to="/console/apis">
    APIs
  </TextLink>,
];

/** One API in the console: what is drafted, and what is live where. */
export function ApiPage() {
  const { api: name = '', tab } = useParams({ strict: false });
  const api = useQuery(apiQuery(name));
  useNoteViewed(
    api.data === undefined
      ? undefined
      : { path: `/console/apis/${encodeURIComponent(name)}`, title: api.data.title ?? name, kind: 'API in the console' },
  );
  if (api.data === undefined) {
    return (
      <Page title={name} crumbs={CRUMBS}>
        {api.isError ? <Failed error={api.error} retry={() => void api.refetch()} /> : <TabLoading />}
      </Page>
    );
  }
  return <Content key={name} api={api.data} asked={tab} />;
}

function Content({ api, asked }: { api: Api; asked: string | undefined }) {
  const may = useMay(api);
  const navigate = useNavigate();
  const tab = TABS.find(({ value }) => value === asked)?.value ?? 'overview';
  const title = api.title ?? api.name;
  const tabs = useRef<HTMLDivElement>(null);
  // Where not all of them have room.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each tab comes into view once
  useEffect(() => {
    // It may return a promise, which React would take for what ends the effect.
    void tabs.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [tab]);
  return (
    <Page
      title={title}
      heading={
        <Group component="span" gap={10}>
          {title}
          {api.changed && <Badge color="yellow">{api.published.length === 0 ? 'not published yet' : 'draft has changes'}</Badge>}
        </Group>
      }
      crumbs={CRUMBS}
      description={<About api={api} />}
      actions={<ApiActions api={api} may={may} />}
    >
      <ManagedByFile managedBy={api.managedBy} />
      <ReadOnly may={may} />
      <Tabs
        value={tab}
        onChange={(value) =>
          void navigate({
            to: '/console/apis/$api/{-$tab}',
            params: { api: api.name, tab: value === 'overview' ? undefined : (value ?? undefined) },
          })
        }
      >
        <Tabs.List mb="lg" ref={tabs}>
          {TABS.map(({ value, label }) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {TABS.map(({ value, Content }) => (
          <Tabs.Panel key={value} value={value}>
            <Content api={api} may={may} />
          </Tabs.Panel>
        ))}
      </Tabs>
      <ReleaseDialogs api={api} may={may} />
    </Page>
  );
}

function About({ api: { name, title, basePath, owner, description } }: { api: Api }) {
  return (
    <>
      {title !== null && title !== name && <>{name} · </>}
      <code>{basePath}</code> · {owner === null ? 'owned by administrators' : `owned by ${owner}`}
      {description !== null && description !== '' && <span style={{ display: 'block', whiteSpace: 'pre-line' }}>{description}</span>}
    </>
  );
}

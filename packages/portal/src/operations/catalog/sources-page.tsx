import { Tabs } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useMe } from '../../account/use-me.ts';
import { ButtonLink } from '../../ui/links.tsx';
import { Page } from '../../ui/page.tsx';
import { TabsList } from '../../ui/tabs-list.tsx';
import { ProblemsList } from './problems-list.tsx';
import { SourcesList } from './sources-list.tsx';

export function SourcesPage() {
  const { tab = 'sources' } = useParams({ strict: false });
  const navigate = useNavigate();
  const me = useMe();
  return (
    <Page
      title="Catalog sources"
      description="Where the catalog's entities come from, when each source was last read, and what is wrong with it."
      actions={
        me.can('developer') ? (
          <ButtonLink variant="default" to="/catalog/register">
            Register a location
          </ButtonLink>
        ) : undefined
      }
    >
      <Tabs
        value={tab === 'problems' ? 'problems' : 'sources'}
        onChange={(value) =>
          void navigate({ to: '/operations/catalog/{-$tab}', params: { tab: value === 'problems' ? 'problems' : undefined } })
        }
      >
        <TabsList>
          <Tabs.Tab value="sources">Sources</Tabs.Tab>
          <Tabs.Tab value="problems">Problems</Tabs.Tab>
        </TabsList>
        <Tabs.Panel value="sources">
          <SourcesList />
        </Tabs.Panel>
        <Tabs.Panel value="problems">
          <ProblemsList />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

import { Alert, Button, Paper, Stack, Text, Title } from '@mantine/core';
import { IconRocket } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { publicationQuery } from '../../../apis/server/publication.ts';
import { environmentsQuery } from '../../../catalog/server/environments.ts';
import { TabLoading } from '../../../catalog/tab-loading.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Failed } from '../../../ui/failed.tsx';
import { TextLink } from '../../../ui/links.tsx';
import { Time } from '../../../ui/time.tsx';
import { useUrlState } from '../../../ui/use-url-state.ts';
import type { May } from '../may.ts';
import type { Api } from '../server/api.ts';
import { revisionsQuery } from '../server/revisions.ts';
import { toWrittenDraft } from '../written-draft.ts';
import { Lane } from './lane.tsx';

/** Where an API stands: its draft, and what of it is live in which environment. */
export function OverviewTab({ api, may }: { api: Api; may: May }) {
  const environments = useQuery(environmentsQuery);
  const revisions = useInfiniteQuery(revisionsQuery(api.name));
  const publication = useQuery({ ...publicationQuery(api.name), enabled: api.published.length > 0 });
  const [{ created }, setUrl] = useUrlState();
  const failed = [environments, revisions].find(({ isError }) => isError);
  if (failed !== undefined) return <Failed error={failed.error} retry={() => void failed.refetch()} />;
  if (environments.data === undefined || revisions.data === undefined) return <TabLoading />;
  const names = environments.data.items.map(({ name }) => name);
  const draft = toWrittenDraft(api.draft);
  return (
    <Stack gap="xl">
      {created !== undefined && api.published.length === 0 && (
        <Alert
          color="teal"
          title={`${api.name} is saved as a draft`}
          withCloseButton
          closeButtonLabel="Close"
          onClose={() => setUrl({ created: undefined })}
        >
          <Text mb="sm">
            Nobody can call it yet: what you configure takes effect where you publish it.{' '}
            {may.publish
              ? 'Publish it where nobody depends on it first, debug it there, then promote it.'
              : 'Ask a publisher of your team to publish it.'}
          </Text>
          {may.publish && names[0] !== undefined && (
            <Button size="xs" leftSection={<IconRocket size={14} />} onClick={() => setUrl({ publish: names[0] }, { push: true })}>
              Publish it to {names[0]} now
            </Button>
          )}
        </Alert>
      )}
      <Lane
        api={api}
        may={may}
        environments={names}
        newest={revisions.data[0]}
        urls={new Map(publication.data?.environments.map(({ environment, urls }) => [environment, urls[0]]))}
      />
      <section aria-labelledby="about">
        <Title order={2} id="about" mb="sm">
          About
        </Title>
        <Paper p="lg" maw={860}>
          <Facts
            items={[
              ['Name', api.name],
              ['Owner', api.owner ?? 'Administrators only'],
              ['Group', api.group ?? undefined],
              ['Base path', <code key="path">{api.basePath}</code>],
              ['Operations', String(api.operations)],
              ['Backend services', api.backends.length === 0 ? 'None' : <Backends key="backends" names={api.backends} />],
              ['Callers', draft.auth === undefined ? 'As the definition says' : authWords(draft.auth)],
              ['Policies', draft.policies.length === 0 ? 'None of its own' : draft.policies.map(({ name }) => name).join(', ')],
              ['Created', <Time key="created" at={api.createdAt} />],
              ['Changed', <Time key="changed" at={api.updatedAt} />],
            ]}
          />
        </Paper>
      </section>
    </Stack>
  );
}

function Backends({ names }: { names: readonly string[] }) {
  return (
    <span style={{ display: 'inline-flex', flexWrap: 'wrap', gap: 10 }}>
      {names.map((name) => (
        <TextLink key={name} to="/console/backends/$backend/{-$tab}" params={{ backend: name }}>
          {name}
        </TextLink>
      ))}
    </span>
  );
}

function authWords(auth: unknown): string {
  if (auth === 'none') return 'Anybody, without credentials';
  return 'Authorized apps';
}

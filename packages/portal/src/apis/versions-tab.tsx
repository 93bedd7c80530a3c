import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { TabLoading } from '../catalog/tab-loading.tsx';
import { ChangesList, countChanges } from '../ui/changes-list.tsx';
import { Failed } from '../ui/failed.tsx';
import { ButtonLink } from '../ui/links.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { Time } from '../ui/time.tsx';
import { EnvironmentChoice, useEnvironment } from './environment-choice.tsx';
import type { Publication } from './server/publication.ts';
import { type PublishedChange, publishedChangesQuery } from './server/published-changes.ts';
import classes from './versions-tab.module.css';

/** The changelog: what became live when, and what it changed for callers. */
export function VersionsTab({ publication }: { publication: Publication }) {
  const environment = useEnvironment(publication);
  const changes = useInfiniteQuery(publishedChangesQuery(publication.api, environment));
  return (
    <Stack gap="md" maw={920}>
      <Group justify="space-between">
        <EnvironmentChoice publication={publication} />
        {publication.mayChange && (
          <ButtonLink variant="default" size="xs" to="/console/apis/$api/{-$tab}" params={{ api: publication.api, tab: 'revisions' }}>
            All revisions
          </ButtonLink>
        )}
      </Group>
      {changes.isPending && <TabLoading />}
      {changes.isError && <Failed error={changes.error} retry={() => void changes.refetch()} />}
      {changes.data?.length === 0 && <Nothing title="There is no history yet" />}
      {changes.data?.map((entry, index) => (
        <Entry key={`${entry.at} ${entry.revision}`} entry={entry} opened={index === 0} />
      ))}
      {changes.hasNextPage && (
        <Button variant="default" loading={changes.isFetchingNextPage} onClick={() => void changes.fetchNextPage()}>
          Earlier
        </Button>
      )}
    </Stack>
  );
}

function Entry({ entry, opened }: { entry: PublishedChange; opened: boolean }) {
  const [open, setOpen] = useState(opened);
  const { revision, previous, at, by, comment, changes } = entry;
  const first = previous === null;
  return (
    <article className={classes.entry} aria-label={`Revision ${revision}`}>
      <div className={classes.head}>
        <Title order={2} size="h3">
          Revision {revision}
        </Title>
        {previous !== null && previous > revision && <Badge color="yellow">rolled back from {previous}</Badge>}
        {changes.breaking && <Badge color="red">breaking</Badge>}
        <Text c="dimmed">
          <Time at={at} /> by {by}
        </Text>
        {!first && changes.changes.length > 0 && (
          <Button variant="subtle" size="compact-sm" ms="auto" onClick={() => setOpen(!open)} aria-expanded={open}>
            {countChanges(changes.changes)}
          </Button>
        )}
      </div>
      {comment !== null && <Text mt={6}>{comment}</Text>}
      {first && (
        <Text c="dimmed" mt={6}>
          The first that was published here.
        </Text>
      )}
      {!first && changes.changes.length === 0 && (
        <Text c="dimmed" mt={6}>
          Nothing changed for callers.
        </Text>
      )}
      {!first && open && changes.changes.length > 0 && (
        <div style={{ marginTop: 8 }}>
          <ChangesList changes={changes.changes} />
        </div>
      )}
    </article>
  );
}

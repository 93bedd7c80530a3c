import { Alert, Anchor, Badge, Group, List, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, Suspense } from 'react';
import type { Publication } from '../apis/server/publication.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { EnvironmentBadge } from '../ui/environment-badge.tsx';
import { Facts } from '../ui/facts.tsx';
import { lazyPart } from '../ui/lazy-part.tsx';
import { Time } from '../ui/time.tsx';
import { type Entity, refOf, related, specText } from './entity.ts';
import { EntityLinks } from './entity-links.tsx';
import classes from './entity-overview.module.css';
import { locationOf } from './location-of.ts';
import { plainProblem } from './plain-problem.ts';
import { entityProblemsQuery } from './server/entity-problems.ts';

const Markdown = lazyPart(() => import('../ui/markdown.tsx'), 'Markdown');

/** What an entity is, whose it is, where it is live, and what is wrong with its source. */
export function EntityOverview({ entity, publication }: { entity: Entity; publication: Publication | undefined }) {
  const { metadata } = entity;
  const description = metadata.description ?? publication?.description ?? undefined;
  const location = locationOf(entity);
  const links = (metadata.links ?? []).filter(({ url }) => /^(https?:|mailto:)/i.test(url));
  return (
    <Stack gap="lg">
      <Problems entity={entity} />
      <div className={classes.columns}>
        <Stack gap="lg">
          <Card title="About">
            {description === undefined ? (
              <Text c="dimmed">It has no description. Its owner can add one where it is described.</Text>
            ) : (
              <Suspense fallback={<Text>{description}</Text>}>
                <Markdown text={description} />
              </Suspense>
            )}
          </Card>
          {publication !== undefined && <LiveIn publication={publication} />}
        </Stack>
        <Stack gap="lg">
          <Card title="Facts">
            <Facts
              items={[
                ['Owner', linksTo(related(entity, 'ownedBy'), 'group')],
                ['System', linksTo(related(entity, 'partOf'), 'system')],
                ['Type', specText(entity, 'type')],
                ['Lifecycle', specText(entity, 'lifecycle')],
                ['Provided by', linksTo(related(entity, 'apiProvidedBy'), 'component')],
                ['Provides', linksTo(related(entity, 'providesApi'), 'api')],
                ['Consumes', linksTo(related(entity, 'consumesApi'), 'api')],
                ['Depends on', linksTo(related(entity, 'dependsOn'))],
                ['Members', linksTo(related(entity, 'hasMember'), 'user')],
                ['Member of', linksTo(related(entity, 'memberOf'), 'group')],
                ['Owns', ownsOf(entity)],
                ['Tags', metadata.tags === undefined || metadata.tags.length === 0 ? undefined : <Tags tags={metadata.tags} />],
                [
                  'Described in',
                  location === undefined ? undefined : location.href === undefined ? (
                    location.text
                  ) : (
                    <Anchor href={location.href} rel="noopener noreferrer" target="_blank">
                      {location.text}
                    </Anchor>
                  ),
                ],
              ]}
            />
          </Card>
          {links.length > 0 && (
            <Card title="Links">
              <List spacing={4} listStyleType="none">
                {links.map(({ url, title }) => (
                  <List.Item key={url}>
                    <Anchor href={url} rel="noopener noreferrer" target="_blank">
                      {title ?? url}
                    </Anchor>
                  </List.Item>
                ))}
              </List>
            </Card>
          )}
        </Stack>
      </div>
    </Stack>
  );
}

const SHOWN = 12;

function linksTo(refs: readonly string[], kind?: string): ReactNode | undefined {
  if (refs.length === 0) return undefined;
  return (
    <>
      <EntityLinks refs={refs.slice(0, SHOWN)} {...(kind === undefined ? {} : { kind })} />
      {refs.length > SHOWN && ` and ${refs.length - SHOWN} more`}
    </>
  );
}

function ownsOf(entity: Entity): ReactNode | undefined {
  return linksTo(related(entity, 'ownerOf'));
}

function Tags({ tags }: { tags: readonly string[] }) {
  return (
    <Group gap={4}>
      {tags.map((tag) => (
        <Badge key={tag} color="gray" variant="outline">
          {tag}
        </Badge>
      ))}
    </Group>
  );
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.card} aria-label={title}>
      <Title order={2} size="h3" className={classes.title}>
        {title}
      </Title>
      {children}
    </section>
  );
}

function LiveIn({ publication }: { publication: Publication }) {
  return (
    <Card title="Live in">
      {publication.environments.map(({ environment, urls, revision, publishedAt, auth }) => (
        <div key={environment} className={classes.live}>
          <EnvironmentBadge name={environment} />
          <div className={classes.url}>
            <code title={urls[0]}>{urls[0]}</code>
            {urls[0] !== undefined && <CopyButton value={urls[0]} what={`the URL in ${environment}`} />}
          </div>
          <Text size="xs" c="dimmed">
            revision {revision}, <Time at={publishedAt} /> · {auth === 'app' ? 'needs an app' : 'open'}
          </Text>
        </div>
      ))}
    </Card>
  );
}

/** Errors of the source stand where the entity is looked at, not in a log. */
function Problems({ entity }: { entity: Entity }) {
  const problems = useQuery(entityProblemsQuery(refOf(entity)));
  const found = problems.data?.items ?? [];
  const own = (entity.status?.items ?? []).filter(({ level }) => level === 'error').map(({ message, error }) => error?.message ?? message);
  const shown =
    found.length > 0
      ? found.map(({ kind, message, keptBy, location }) => ({
          message: `${kind === 'conflict' && keptBy !== null ? `Claimed twice, kept by ${keptBy}: ` : ''}${plainProblem(message)}`,
          location,
        }))
      : own.map((message) => ({ message: plainProblem(message), location: null }));
  if (shown.length === 0) return null;
  const orphan = found.length > 0 && found.every(({ kind }) => kind === 'orphan');
  return (
    <Alert
      color={orphan ? 'yellow' : 'red'}
      title={orphan ? 'Its source is gone' : 'Its source has problems; this is the last good version'}
    >
      <List size="sm">
        {[...new Map(shown.map((problem) => [problem.message, problem])).values()].map(({ message, location }) => (
          <List.Item key={message}>
            {message}
            {location !== null && <Text size="xs">in {location.replace(/^(?:url|file):/, '')}</Text>}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

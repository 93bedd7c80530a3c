import { Badge, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMe } from '../account/use-me.ts';
import { entityPath } from '../search/entity-ref.ts';
import { useRecentlyViewed } from '../search/recently-viewed.ts';
import { EnvironmentBadge } from '../ui/environment-badge.tsx';
import { TextLink } from '../ui/links.tsx';
import { Page } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { describeActivity } from './activity-text.ts';
import { FirstSteps } from './first-steps.tsx';
import { HomeCard } from './home-card.tsx';
import classes from './home-page.module.css';
import { type Activity, activityQuery } from './server/activity.ts';
import { decidableRequestsQuery } from './server/decidable-requests.ts';
import { ownAppsQuery } from './server/own-apps.ts';
import { ownEntitiesQuery } from './server/own-entities.ts';

export function HomePage() {
  const me = useMe();
  const viewed = useRecentlyViewed();
  const name = me.user?.displayName.split(' ')[0];
  return (
    <Page title="Home" heading={name === undefined ? 'Home' : `Hello, ${name}`}>
      {viewed.length === 0 && <FirstSteps />}
      <div className={classes.columns}>
        <Stack gap="lg">
          <Waiting />
          <Changes />
        </Stack>
        <Stack gap="lg">
          <RecentlyViewed />
          <Own />
          <OwnApps />
        </Stack>
      </div>
    </Page>
  );
}

function Waiting() {
  const me = useMe();
  const requests = useQuery({ ...decidableRequestsQuery, enabled: me.can('developer') });
  const items = requests.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <HomeCard title="Waiting for your answer" query={requests} rows={1} more={<More to="/requests">All requests</More>}>
      {() => (
        <ul className={classes.list}>
          {items.map(({ id, app, api, environment, requestedBy, requestedAt }) => (
            <li key={id}>
              <Link className={classes.item} to="/requests" search={{ request: id }}>
                <span className={classes.text}>
                  <b>{app}</b> wants to call <b>{api}</b> <EnvironmentBadge name={environment} />
                </span>
                <span className={classes.quiet}>
                  {requestedBy}, <Time at={requestedAt} />
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </HomeCard>
  );
}

function Changes() {
  const activity = useQuery(activityQuery(false));
  return (
    <HomeCard title="What changed lately" query={activity} rows={8}>
      {({ items }) =>
        items.length === 0 ? (
          <Quiet>Nothing yet. What is published, and what your teams change, appears here.</Quiet>
        ) : (
          <ul className={classes.list}>
            {items.map((item) => (
              <Change key={`${item.at} ${item.action} ${item.resource} ${item.environment}`} item={item} />
            ))}
          </ul>
        )
      }
    </HomeCard>
  );
}

function Change({ item }: { item: Activity }) {
  const { verb, name, path } = describeActivity(item);
  return (
    <li className={classes.item}>
      <span className={classes.text}>
        {item.actor === 'file' ? 'The configuration file' : item.actor} {verb}{' '}
        {path === undefined ? (
          <b>{name}</b>
        ) : (
          <TextLink to={path} fw={600} c="inherit">
            {name}
          </TextLink>
        )}
        {item.revision !== null && ` revision ${item.revision}`} {item.environment !== null && <EnvironmentBadge name={item.environment} />}{' '}
        {item.breaking === true && <Badge color="red">breaking</Badge>}
      </span>
      <span className={classes.quiet}>
        <Time at={item.at} />
      </span>
    </li>
  );
}

function RecentlyViewed() {
  const viewed = useRecentlyViewed();
  if (viewed.length === 0) return null;
  return (
    <HomeCard title="Recently viewed" query={{ data: viewed, error: null, refetch: neverRead }} rows={0}>
      {(items) => (
        <ul className={classes.list}>
          {items.slice(0, 6).map(({ path, title, kind }) => (
            <li key={path}>
              <Link className={classes.item} to={path}>
                <span className={classes.text}>{title}</span>
                <span className={classes.quiet}>{kind}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </HomeCard>
  );
}

/** What is kept in the browser is not read from anywhere. */
const neverRead = () => Promise.reject(new Error('It is there already'));

function Own() {
  const { teams } = useMe();
  const entities = useQuery(ownEntitiesQuery(teams));
  return (
    <HomeCard
      title={teams.length === 0 ? 'APIs' : 'Yours in the catalog'}
      query={entities}
      rows={4}
      more={
        <More to="/catalog">
          {entities.data === undefined || entities.data.totalItems === 0 ? 'Catalog' : `All ${entities.data.totalItems}`}
        </More>
      }
    >
      {({ items }) =>
        items.length === 0 ? (
          <Quiet>Your teams own nothing in the catalog yet.</Quiet>
        ) : (
          <ul className={classes.list}>
            {items.map(({ kind, metadata, spec }) => (
              <li key={`${kind} ${metadata.namespace} ${metadata.name}`}>
                <Link className={classes.item} to={entityPath(`${kind}:${metadata.namespace ?? 'default'}/${metadata.name}`) ?? '/catalog'}>
                  <span className={classes.text}>{metadata.title ?? metadata.name}</span>
                  <span className={classes.quiet}>{[kind, spec?.lifecycle].filter(Boolean).join(' · ')}</span>
                </Link>
              </li>
            ))}
          </ul>
        )
      }
    </HomeCard>
  );
}

function OwnApps() {
  const apps = useQuery(ownAppsQuery);
  return (
    <HomeCard title="Your apps" query={apps} rows={2} more={<More to="/apps">All apps</More>}>
      {({ items }) =>
        items.length === 0 ? (
          <Quiet>
            An app is how a program of yours calls APIs.{' '}
            <TextLink to="/apps" search={{ new: 'yes' }}>
              Create one
            </TextLink>{' '}
            to get a key.
          </Quiet>
        ) : (
          <ul className={classes.list}>
            {items.map(({ name, owner }) => (
              <li key={name}>
                <Link className={classes.item} to="/apps/$app/{-$tab}" params={{ app: name }}>
                  <span className={classes.text}>{name}</span>
                  <span className={classes.quiet}>{owner}</span>
                </Link>
              </li>
            ))}
          </ul>
        )
      }
    </HomeCard>
  );
}

function More({ to, children }: { to: string; children: string }) {
  return (
    <TextLink to={to} size="sm">
      {children}
    </TextLink>
  );
}

function Quiet({ children }: { children: React.ReactNode }) {
  return (
    <Text c="dimmed" px={16} pb={16}>
      {children}
    </Text>
  );
}

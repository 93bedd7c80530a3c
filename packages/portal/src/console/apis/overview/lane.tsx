import { Badge, Text } from '@mantine/core';
import { ButtonLink } from '../../../ui/links.tsx';
import { Time } from '../../../ui/time.tsx';
import type { May } from '../may.ts';
import type { Api } from '../server/api.ts';
import type { Revision } from '../server/revisions.ts';
import { EnvironmentCard } from './environment-card.tsx';
import classes from './lane.module.css';
import { type LaneState, stateIn } from './lane-state.ts';

interface LaneProps {
  api: Api;
  may: May;
  environments: readonly string[];
  /** Undefined: it was never published. */
  newest: Revision | undefined;
  /** Where it is called, by environment. */
  urls: ReadonlyMap<string, string | undefined>;
}

/** The way from the draft to production: what is where, and what would be moved on. */
export function Lane({ api, may, environments, newest, urls }: LaneProps) {
  const states: LaneState[] = environments.map((environment) => stateIn(api, environment, environments, newest?.number));
  const gone = api.published.filter(({ environment }) => !environments.includes(environment));
  return (
    <section aria-label="From the draft to production">
      <ol className={classes.lane}>
        <li className={classes.stop}>
          <DraftCard api={api} may={may} newest={newest} />
        </li>
        {states.map((state) => (
          <li key={state.environment} className={classes.stop}>
            <EnvironmentCard state={state} may={may} url={urls.get(state.environment)} />
          </li>
        ))}
      </ol>
      {gone.length > 0 && (
        <Text c="dimmed" mt="sm">
          It is published in {gone.map(({ environment }) => environment).join(', ')} too, which the configuration does not have any more.
        </Text>
      )}
    </section>
  );
}

function DraftCard({ api, may, newest }: Pick<LaneProps, 'api' | 'may' | 'newest'>) {
  return (
    <div className={`${classes.card} ${classes.draft}`}>
      <div className={classes.head}>
        <span className={classes.name}>Draft</span>
        {api.changed ? (
          <Badge color="yellow">{newest === undefined ? 'new' : 'has changes'}</Badge>
        ) : (
          <Badge color="gray">as revision {newest?.number}</Badge>
        )}
      </div>
      <div className={classes.main}>
        {api.operations} {api.operations === 1 ? 'operation' : 'operations'}
      </div>
      <div className={classes.quiet}>
        changed <Time at={api.updatedAt} />
      </div>
      <div className={classes.actions}>
        <ButtonLink size="xs" variant="default" to="/console/apis/$api/{-$tab}" params={{ api: api.name, tab: 'definition' }}>
          {may.edit ? 'Edit' : 'Look at it'}
        </ButtonLink>
      </div>
    </div>
  );
}

import { Button } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { TabLoading } from '../../../catalog/tab-loading.tsx';
import { EnvironmentBadge } from '../../../ui/environment-badge.tsx';
import { Failed } from '../../../ui/failed.tsx';
import { Nothing } from '../../../ui/nothing.tsx';
import { Time } from '../../../ui/time.tsx';
import { useUrlState } from '../../../ui/use-url-state.ts';
import type { May } from '../may.ts';
import type { Api } from '../server/api.ts';
import { type Revision, revisionsQuery } from '../server/revisions.ts';
import { RevisionDetails } from './revision-details.tsx';
import classes from './revisions.module.css';

/** What was ever published of an API, and what any of it changed against any other. */
export function RevisionsTab({ api, may }: { api: Api; may: May }) {
  const revisions = useInfiniteQuery(revisionsQuery(api.name));
  const [{ revision: asked }, setUrl] = useUrlState();
  if (revisions.isError) return <Failed error={revisions.error} retry={() => void revisions.refetch()} />;
  if (revisions.data === undefined) return <TabLoading />;
  const [newest] = revisions.data;
  if (newest === undefined) {
    return (
      <Nothing icon={IconHistory} title="There are no revisions yet">
        Each time a draft is published that differs from what was published before, it is kept as a revision. A revision never changes, so
        one can always go back to it.
      </Nothing>
    );
  }
  const chosen = revisions.data.find(({ number }) => String(number) === asked) ?? newest;
  return (
    <div className={classes.columns}>
      <nav aria-label="Revisions">
        <ul className={classes.list}>
          {revisions.data.map((revision) => (
            <li key={revision.number}>
              <Entry
                revision={revision}
                current={revision === chosen}
                onChoose={() => setUrl({ revision: String(revision.number), against: undefined }, { push: true })}
              />
            </li>
          ))}
        </ul>
        {revisions.hasNextPage && (
          <Button
            variant="subtle"
            size="compact-sm"
            mt={6}
            loading={revisions.isFetchingNextPage}
            onClick={() => void revisions.fetchNextPage()}
          >
            Earlier
          </Button>
        )}
      </nav>
      <RevisionDetails key={chosen.number} api={api} may={may} revision={chosen} others={revisions.data} />
    </div>
  );
}

function Entry({ revision, current, onChoose }: { revision: Revision; current: boolean; onChoose(): void }) {
  const { number, comment, createdAt, createdBy, environments } = revision;
  return (
    <button type="button" className={classes.entry} aria-current={current} onClick={onChoose}>
      <span className={classes.entryHead}>
        <span className={classes.number}>Revision {number}</span>
        {environments.map((name) => (
          <EnvironmentBadge key={name} name={name} />
        ))}
      </span>
      {comment !== null && <span className={classes.comment}>{comment}</span>}
      <span className={classes.quiet}>
        <Time at={createdAt} /> by {createdBy}
      </span>
    </button>
  );
}

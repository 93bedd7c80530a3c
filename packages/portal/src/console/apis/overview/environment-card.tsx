import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconArrowBackUp, IconArrowRight, IconDots, IconRocket, IconTrash } from '@tabler/icons-react';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Time } from '../../../ui/time.tsx';
import { useUrlState } from '../../../ui/use-url-state.ts';
import type { May } from '../may.ts';
import classes from './lane.module.css';
import type { LaneState } from './lane-state.ts';

const TONES: Record<LaneState['tone'], string | undefined> = { current: classes.current, behind: classes.behind, none: classes.quiet };

interface EnvironmentCardProps {
  state: LaneState;
  may: May;
  url: string | undefined;
}

/** What is live in one environment, and what can be done about it. */
export function EnvironmentCard({ state, may, url }: EnvironmentCardProps) {
  const { environment, live, words, tone } = state;
  return (
    <div className={live === undefined ? `${classes.card} ${classes.empty}` : classes.card}>
      <div className={classes.head}>
        <span className={classes.name}>{environment}</span>
        {may.publish && live !== undefined && <More environment={environment} state={state} />}
      </div>
      <div className={classes.main}>{live === undefined ? 'Not published' : `Revision ${live.revision}`}</div>
      {live !== undefined && (
        <div className={classes.quiet}>
          <Time at={live.publishedAt} /> by {live.publishedBy}
        </div>
      )}
      {words !== '' && <div className={TONES[tone]}>{words}</div>}
      {live !== undefined && url !== undefined && (
        <div className={classes.url}>
          <span className={classes.urlText} title={url}>
            {url}
          </span>
          <CopyButton value={url} what={`the address in ${environment}`} />
        </div>
      )}
      {may.publish && <MainAction state={state} />}
    </div>
  );
}

/** The one step that comes next here. */
function MainAction({ state: { environment, promote, draftDiffers, draftIsNewer, live } }: { state: LaneState }) {
  const [, setUrl] = useUrlState();
  const open = (revision?: number) =>
    setUrl({ publish: environment, of: revision === undefined ? undefined : String(revision) }, { push: true });
  if (promote !== undefined) {
    return (
      <div className={classes.actions}>
        <Button size="xs" variant="light" leftSection={<IconArrowRight size={14} />} onClick={() => open(promote.revision)}>
          Promote revision {promote.revision}
        </Button>
        {live === undefined && draftIsNewer && (
          <Button size="xs" variant="subtle" onClick={() => open()}>
            Publish the draft
          </Button>
        )}
      </div>
    );
  }
  if (!draftDiffers) return null;
  return (
    <div className={classes.actions}>
      <Button size="xs" variant="light" leftSection={<IconRocket size={14} />} onClick={() => open()}>
        Publish the draft
      </Button>
    </div>
  );
}

function More({ environment, state }: { environment: string; state: LaneState }) {
  const [, setUrl] = useUrlState();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`More about ${environment}`}>
          <IconDots size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {state.promote !== undefined && state.draftIsNewer && (
          <Menu.Item leftSection={<IconRocket size={15} />} onClick={() => setUrl({ publish: environment, of: undefined }, { push: true })}>
            Publish the draft here
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<IconArrowBackUp size={15} />}
          onClick={() => setUrl({ rollback: environment, of: undefined }, { push: true })}
        >
          Roll back
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconTrash size={15} />} onClick={() => setUrl({ unpublish: environment }, { push: true })}>
          Unpublish
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

import { Button, Group, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { ServerError } from '../../server/server-error.ts';
import { Failed } from '../../ui/failed.tsx';
import { KeepEdits } from '../../ui/keep-edits.tsx';
import classes from './save-bar.module.css';

interface SaveBarProps {
  dirty: boolean;
  saving: boolean;
  error: unknown;
  /** Why it cannot be saved as it is; undefined: it can. */
  blocked?: string | undefined;
  onSave(): void;
  /** Saves although somebody else has changed the draft meanwhile. */
  onSaveOver(): void;
  onDiscard(): void;
  children?: ReactNode;
}

/** Stays in sight while something is not saved, and says why when it could not be. */
export function SaveBar({ dirty, saving, error, blocked, onSave, onSaveOver, onDiscard, children }: SaveBarProps) {
  // In editors and fields, too.
  useHotkeys([['mod+S', () => dirty && !saving && blocked === undefined && onSave()]], [], true);
  const stale = error instanceof ServerError && error.code === 'version.stale';
  return (
    <>
      <KeepEdits when={dirty && !saving} />
      {(dirty || saving) && (
        <section className={classes.bar} aria-label="Unsaved changes">
          {error !== null && error !== undefined && !stale && (
            <div className={classes.error}>
              <Failed error={error} title={error instanceof ServerError && error.status === 422 ? 'It was not saved' : undefined} />
            </div>
          )}
          {stale && (
            <Text role="alert" mb="xs">
              <b>Somebody changed the draft meanwhile.</b> You may put yours over it, which keeps what else they changed, or discard yours
              and go on from theirs.
            </Text>
          )}
          <Group justify="space-between" gap="xs">
            <Text c={blocked === undefined ? 'dimmed' : 'var(--bad)'} role="status">
              {blocked ?? children ?? 'Not saved yet'}
            </Text>
            <Group gap="xs" ms="auto">
              <Button variant="default" onClick={onDiscard} disabled={saving}>
                Discard
              </Button>
              {stale ? (
                <Button onClick={onSaveOver} loading={saving}>
                  Save over it
                </Button>
              ) : (
                <Button onClick={onSave} loading={saving} disabled={blocked !== undefined} aria-keyshortcuts="Control+S">
                  Save draft
                </Button>
              )}
            </Group>
          </Group>
        </section>
      )}
    </>
  );
}

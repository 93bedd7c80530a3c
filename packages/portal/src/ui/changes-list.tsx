import { Badge, Button, Text } from '@mantine/core';
import { useState } from 'react';
import classes from './changes-list.module.css';

/** One difference between two definitions; see docs/breaking-changes.md. */
export interface Change {
  rule: string;
  breaking: boolean;
  location: string;
  message: string;
  operation?: unknown;
}

const SHOWN = 30;

/** What changed for callers, breaking changes first as the server orders them. */
export function ChangesList({ changes }: { changes: readonly Change[] }) {
  const [all, setAll] = useState(false);
  if (changes.length === 0) return <Text c="dimmed">Nothing changed for callers.</Text>;
  const shown = all ? changes : changes.slice(0, SHOWN);
  return (
    <>
      <ul className={classes.list}>
        {shown.map((change, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the changes between two revisions never change
          <li key={index} className={classes.change}>
            <div>
              <Badge color={change.breaking ? 'red' : 'gray'}>{change.breaking ? 'breaking' : 'safe'}</Badge>
            </div>
            <div>
              {operationOf(change) !== undefined && <div className={classes.operation}>{operationOf(change)}</div>}
              <div>{change.message}</div>
              {change.location !== '' && <div className={classes.location}>{change.location}</div>}
            </div>
          </li>
        ))}
      </ul>
      {changes.length > SHOWN && (
        <Button variant="subtle" size="compact-sm" mt={4} onClick={() => setAll(!all)}>
          {all ? 'Fewer' : `All ${changes.length} changes`}
        </Button>
      )}
    </>
  );
}

function operationOf({ operation }: Change): string | undefined {
  if (typeof operation !== 'object' || operation === null) return undefined;
  const { method, path } = operation as Record<string, unknown>;
  return typeof method === 'string' && typeof path === 'string' ? `${method} ${path}` : undefined;
}

/** `2 breaking of 7 changes`, in words. */
export function countChanges(changes: readonly Pick<Change, 'breaking'>[]): string {
  const breaking = changes.filter((change) => change.breaking).length;
  const total = `${changes.length} ${changes.length === 1 ? 'change' : 'changes'}`;
  return breaking === 0 ? total : `${breaking} breaking of ${total}`;
}

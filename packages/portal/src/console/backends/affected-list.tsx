import { Text } from '@mantine/core';
import type { Affected } from './affected.ts';
import classes from './affected-list.module.css';

/** Published APIs with their revision. */
export function AffectedList({ affected: { apis, hidden }, label }: { affected: Affected; label: string }) {
  return (
    <>
      {apis.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <ul className={classes.list} aria-label={label} tabIndex={0}>
          {apis.map(({ api, revision }) => (
            <li key={api}>
              <span>{api}</span>
              <span className={classes.revision}>revision {revision}</span>
            </li>
          ))}
        </ul>
      )}
      {hidden > 0 && (
        <Text size="xs" c="dimmed" mt={6}>
          {apis.length === 0 ? '' : 'And '}
          {hidden} of other teams, which you may not see
        </Text>
      )}
    </>
  );
}

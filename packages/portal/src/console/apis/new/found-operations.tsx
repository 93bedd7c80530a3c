import { Text } from '@mantine/core';
import type { CheckedDefinition } from '../server/check-definition.ts';
import classes from './new-api.module.css';

const SHOWN = 200;

/** What a document has in it, so that one sees that it is the right one. */
export function FoundOperations({ checked: { title, version, operations } }: { checked: CheckedDefinition }) {
  return (
    <section className={classes.panel} aria-label="What the document has">
      <Text fw={600}>
        {title ?? 'Without a title'}
        {version !== null && (
          <Text span c="dimmed" fw={400}>
            {' '}
            version {version}
          </Text>
        )}
      </Text>
      <ul className={classes.found}>
        {operations.slice(0, SHOWN).map(({ method, path, summary }) => (
          <li key={`${method} ${path}`}>
            <span className={classes.method}>{method}</span>
            <span className={classes.foundPath}>{path}</span>
            <Text span c="dimmed" ms="auto" truncate>
              {summary}
            </Text>
          </li>
        ))}
      </ul>
      {operations.length > SHOWN && <Text c="dimmed">and {operations.length - SHOWN} more</Text>}
    </section>
  );
}

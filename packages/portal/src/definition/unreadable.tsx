import { Alert } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import classes from './definition.module.css';
import { RawView } from './raw/raw-view.tsx';

/** A definition that could not be read: what its reader says, and the text as it is. */
export function Unreadable({ text, what, error }: { text: string; what: string; error: unknown }) {
  return (
    <>
      <Alert
        role="alert"
        color="yellow"
        variant="light"
        icon={<IconAlertTriangle size={18} />}
        title={`It cannot be read as ${what}`}
        mb="md"
      >
        <pre className={classes.message}>{error instanceof Error ? error.message : String(error)}</pre>
        Below it is shown as it is written. Its owner can mend it where it comes from.
      </Alert>
      <RawView text={text} />
    </>
  );
}

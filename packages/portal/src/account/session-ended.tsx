import { Button, Modal, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { onSessionEnded } from '../server/session-ended.ts';

/** Says that the session has ended while a page was open; what is typed there stays until one leaves it. */
export function SessionEnded() {
  const [ended, setEnded] = useState(false);
  useEffect(() => onSessionEnded(() => setEnded(true)), []);
  const here = `${window.location.pathname}${window.location.search}`;
  return (
    <Modal opened={ended} onClose={() => setEnded(false)} title="Your session has ended">
      <Text size="sm" mb="md">
        Sign in again to go on. You come back to this page.
      </Text>
      <Button component="a" href={`/sign-in?redirect=${encodeURIComponent(here)}`} fullWidth>
        Sign in
      </Button>
    </Modal>
  );
}

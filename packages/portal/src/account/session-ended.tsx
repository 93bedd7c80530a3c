import { Anchor, Button, Modal, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { onSessionEnded } from '../server/session-ended.ts';
import { readMe } from './server/me.ts';
import { useMe } from './use-me.ts';

/** Says that the session has ended while a page was open. Who signs in in another tab goes on here with all that was typed. */
export function SessionEnded() {
  const [ended, setEnded] = useState(false);
  const { name } = useMe();
  const queryClient = useQueryClient();
  useEffect(() => onSessionEnded(() => setEnded(true)), []);
  useEffect(() => {
    if (!ended) return;
    const look = async () => {
      // Still signed out, or away: the dialog says so already.
      const me = await readMe().catch(() => undefined);
      if (me === undefined) return;
      // What the one before could see is not for the next one.
      if (me.name !== name) window.location.reload();
      setEnded(false);
      void queryClient.refetchQueries({ predicate: ({ state }) => state.status === 'error' });
    };
    window.addEventListener('focus', look);
    return () => window.removeEventListener('focus', look);
  }, [ended, name, queryClient]);
  const here = `${window.location.pathname}${window.location.search}`;
  return (
    // Above other dialogs: it is in one of them that it is mostly noticed.
    <Modal opened={ended} onClose={() => setEnded(false)} title="Your session has ended" zIndex={400}>
      <Stack gap="sm">
        <Text size="sm">Sign in again to go on. You come back to this page.</Text>
        <Button component="a" href={`/sign-in?redirect=${encodeURIComponent(here)}`} fullWidth>
          Sign in
        </Button>
        <Text size="sm" ta="center">
          <Anchor href="/sign-in" target="_blank">
            Sign in in another tab
          </Anchor>{' '}
          to keep what you typed here
        </Text>
      </Stack>
    </Modal>
  );
}

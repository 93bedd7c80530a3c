import { Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { Confirm } from '../../ui/confirm.tsx';

/** Asks before edits are lost by leaving the page. */
export function KeepEdits({ when }: { when: boolean }) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next, action }) => when && (current.pathname !== next.pathname || action === 'BACK'),
    enableBeforeUnload: () => when,
    withResolver: true,
  });
  return (
    <Confirm
      opened={blocker.status === 'blocked'}
      onClose={() => blocker.reset?.()}
      title="Leave without publishing?"
      action="Leave"
      danger
      busy={false}
      onConfirm={() => blocker.proceed?.()}
    >
      <Text>What you changed here is lost.</Text>
    </Confirm>
  );
}

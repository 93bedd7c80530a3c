import { Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { Confirm } from './confirm.tsx';

/** Asks before edits are lost by leaving the page or tab. `title` says what leaving would leave undone: "Leave without saving?" */
export function KeepEdits({ when, title = 'Leave without saving?' }: { when: boolean; title?: string }) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => when && current.pathname !== next.pathname,
    enableBeforeUnload: () => when,
    withResolver: true,
  });
  return (
    <Confirm
      opened={blocker.status === 'blocked'}
      onClose={() => blocker.reset?.()}
      title={title}
      action="Leave"
      danger
      busy={false}
      onConfirm={() => blocker.proceed?.()}
    >
      <Text>What you changed here is lost.</Text>
    </Confirm>
  );
}

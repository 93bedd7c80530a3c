import { Button, Group, Loader, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { countProblems } from './problem-list.tsx';
import { CHECKED_WHILE_TYPING_MAX, type useCheck } from './use-check.ts';

/** In one line: what is in a document, and whether anything is wrong with it. */
export function CheckState({ check, text }: { check: ReturnType<typeof useCheck>; text: string }) {
  const { checked, checking, error, again } = check;
  if (error !== undefined) {
    return (
      <Group gap="xs" role="alert">
        <Text c="var(--bad)">It could not be checked: {error instanceof Error ? error.message : String(error)}</Text>
        <Button size="compact-xs" variant="default" onClick={again}>
          Try again
        </Button>
      </Group>
    );
  }
  const found = checked === undefined ? undefined : countProblems(checked.problems);
  return (
    <Group gap={8} role="status" mih={26}>
      {checking ? (
        <>
          <Loader size={14} />
          <Text c="dimmed">Checking</Text>
        </>
      ) : checked === undefined ? (
        text.length > CHECKED_WHILE_TYPING_MAX && (
          <Button size="compact-sm" variant="default" onClick={again}>
            Check it
          </Button>
        )
      ) : (
        <>
          {found === undefined ? <IconCircleCheck size={16} color="var(--good)" /> : <IconAlertTriangle size={16} color="var(--warn)" />}
          <Text>
            {found ?? 'Nothing wrong'}
            {checked.operations.length > 0 && (
              <Text span c="dimmed">
                {' '}
                · {checked.operations.length} {checked.operations.length === 1 ? 'operation' : 'operations'}
              </Text>
            )}
          </Text>
        </>
      )}
    </Group>
  );
}

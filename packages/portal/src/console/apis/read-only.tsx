import { Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import type { May } from './may.ts';

/** Says once what the user may not do here, instead of offering it. */
export function ReadOnly({ may: { why } }: { may: May }) {
  if (why === undefined) return null;
  return (
    <Text c="dimmed" mb="md" style={{ display: 'flex', gap: 6, alignItems: 'center' }}>
      <IconLock size={15} aria-hidden style={{ flex: 'none' }} />
      {why}
    </Text>
  );
}

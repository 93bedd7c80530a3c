import { Stack, Text, ThemeIcon } from '@mantine/core';
import type { ComponentType, ReactNode } from 'react';

interface NothingProps {
  icon?: ComponentType<{ size?: number; stroke?: number }>;
  title: string;
  /** Why there is nothing and what to do about it. */
  children?: ReactNode;
  action?: ReactNode;
}

/** Where a list would be that has nothing in it. */
export function Nothing({ icon: Icon, title, children, action }: NothingProps) {
  return (
    <Stack align="center" gap={6} py={48} px="md" ta="center">
      {Icon !== undefined && (
        <ThemeIcon variant="light" color="gray" size={44} radius="xl" mb={4} aria-hidden>
          <Icon size={22} stroke={1.6} />
        </ThemeIcon>
      )}
      <Text fw={600}>{title}</Text>
      {children !== undefined && (
        <Text c="dimmed" maw={460}>
          {children}
        </Text>
      )}
      {action !== undefined && <div style={{ marginTop: 10 }}>{action}</div>}
    </Stack>
  );
}

import { Skeleton, Stack } from '@mantine/core';

/** Stands in for a tab while its code or content is loaded. */
export function TabLoading() {
  return (
    <Stack gap="sm" aria-busy>
      <span className="visually-hidden" role="status">
        Loading
      </span>
      <Skeleton height={18} width="40%" />
      <Skeleton height={180} />
    </Stack>
  );
}

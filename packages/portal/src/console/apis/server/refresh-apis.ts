import type { QueryClient } from '@tanstack/react-query';

/** Has everything read again that a change of an API may have changed. */
export async function refreshApis(queryClient: QueryClient): Promise<void> {
  await Promise.all(['apis', 'publications', 'backends', 'activity'].map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
}

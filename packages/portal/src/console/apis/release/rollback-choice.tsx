import { Select, Skeleton, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { publishedChangesQuery } from '../../../apis/server/published-changes.ts';
import { Failed } from '../../../ui/failed.tsx';
import { formatRelative } from '../../../ui/time.tsx';
import { revisionsQuery } from '../server/revisions.ts';
import type { Release } from './release.ts';

interface RollbackChoiceProps {
  api: string;
  asked: Release;
  /** The revision that is live now. */
  live: number | undefined;
  onAsk(release: Release): void;
}

/** Which revision to go back to; at first the one that was live before. */
export function RollbackChoice({ api, asked, live, onAsk }: RollbackChoiceProps) {
  const revisions = useInfiniteQuery(revisionsQuery(api));
  const history = useInfiniteQuery(publishedChangesQuery(api, asked.environment));
  const others = (revisions.data ?? []).filter(({ number }) => number !== live);
  const before =
    history.data?.find(({ revision }) => revision === live)?.previous ??
    others.find(({ number }) => live === undefined || number < live)?.number;
  const known = revisions.data !== undefined && !history.isPending;
  // biome-ignore lint/correctness/useExhaustiveDependencies: chosen once, when it is known what there is
  useEffect(() => {
    if (known && asked.revision === undefined && before !== undefined) onAsk({ ...asked, revision: before });
  }, [known]);
  if (revisions.isError) return <Failed error={revisions.error} retry={() => void revisions.refetch()} />;
  if (!known) return <Skeleton height={58} />;
  if (others.length === 0) return <Text>There is no other revision to go back to.</Text>;
  return (
    <Select
      label="Back to"
      description={live === undefined ? undefined : `Revision ${live} is live in ${asked.environment} now. The draft stays as it is.`}
      data={others.map(({ number, comment, createdAt }) => ({
        value: String(number),
        label: [`Revision ${number}`, formatRelative(createdAt), comment].filter((part) => part !== null).join(' · '),
      }))}
      value={asked.revision === undefined ? null : String(asked.revision)}
      onChange={(number) => number !== null && onAsk({ ...asked, revision: Number(number) })}
      allowDeselect={false}
      searchable={others.length > 10}
    />
  );
}

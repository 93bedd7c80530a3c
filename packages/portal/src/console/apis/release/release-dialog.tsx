import { Button, Group, Select, Skeleton, Stack, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { environmentsQuery } from '../../../catalog/server/environments.ts';
import type { Api } from '../server/api.ts';
import { refreshApis } from '../server/refresh-apis.ts';
import { Rehearsal } from './rehearsal.tsx';
import { type Release, release, releaseWords } from './release.ts';
import { ReleaseRefused } from './release-refused.tsx';
import { ReleaseResult } from './release-result.tsx';
import { RollbackChoice } from './rollback-choice.tsx';
import { Waiting } from './waiting.tsx';

interface ReleaseDialogProps {
  api: Api;
  asked: Release;
  /** Asks for another one instead. */
  onAsk(release: Release): void;
  onClose(): void;
}

/** Shows what becoming live would change, does it, and shows what became of it on each node. */
export function ReleaseDialog({ api, asked, onAsk, onClose }: ReleaseDialogProps) {
  const [comment, setComment] = useState('');
  const queryClient = useQueryClient();
  const environments = useQuery(environmentsQuery);
  const left = useRef(false);
  useEffect(() => {
    left.current = false;
    return () => {
      left.current = true;
    };
  }, []);
  const before = api.published.find(({ environment }) => environment === asked.environment)?.revision;
  const [replaced] = useState(before);
  const lacksRevision = asked.kind === 'rollback' && asked.revision === undefined;
  const done = useMutation({
    mutationFn: () => release(api, asked, { comment }),
    onSuccess: async ({ revision, environment }) => {
      await refreshApis(queryClient);
      if (left.current) notifications.show({ message: `Revision ${revision} of ${api.name} is live in ${environment}.` });
    },
    onError: (error) => {
      if (left.current) notifications.show({ color: 'red', title: `${api.name} was not published`, message: error.message });
    },
  });
  const rehearsal = useQuery({
    queryKey: ['apis', 'one', api.name, 'rehearsal', asked, asked.revision === undefined ? api.version : null, before ?? null],
    queryFn: ({ signal }) => release(api, asked, { dryRun: true, signal }),
    enabled: !lacksRevision && done.isIdle,
    staleTime: 0,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });
  const { action } = releaseWords(asked);
  const names = environments.data?.items.map(({ name }) => name) ?? [];
  if (done.data !== undefined) {
    return (
      <ReleaseResult api={api.name} publication={done.data} replaced={replaced} environments={names} onAsk={onAsk} onClose={onClose} />
    );
  }
  const breaking = rehearsal.data?.changes.breaking === true;
  const nothing = rehearsal.data !== undefined && rehearsal.data.revision === before;
  return (
    <Stack gap="md">
      {asked.kind === 'publish' && names.length > 0 && (
        <Select
          label="Environment"
          data={names.includes(asked.environment) ? names : [asked.environment, ...names]}
          value={asked.environment}
          onChange={(environment) => environment !== null && onAsk({ ...asked, environment })}
          allowDeselect={false}
          disabled={done.isPending}
          maw={280}
        />
      )}
      {asked.kind === 'rollback' && <RollbackChoice api={api.name} asked={asked} live={before} onAsk={onAsk} />}
      <div aria-live="polite">
        {rehearsal.isLoading && (
          <Stack gap={8} aria-busy>
            <span className="visually-hidden">Comparing with what is live</span>
            <Skeleton height={14} width="45%" />
            <Skeleton height={70} />
          </Stack>
        )}
        {rehearsal.isError && <ReleaseRefused error={rehearsal.error} retry={() => void rehearsal.refetch()} />}
        {rehearsal.data !== undefined && <Rehearsal publication={rehearsal.data} replaced={before} />}
      </div>
      {rehearsal.data !== undefined && !nothing && (
        <Textarea
          label="Comment"
          description="For the history and for those who call it: what is new, and why"
          value={comment}
          onChange={({ currentTarget }) => setComment(currentTarget.value)}
          maxLength={2_000}
          autosize
          minRows={2}
          disabled={done.isPending}
        />
      )}
      {done.isError && <ReleaseRefused error={done.error} />}
      {done.isPending && <Waiting />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {done.isPending ? 'Close' : 'Cancel'}
        </Button>
        <Button
          color={breaking ? 'red' : undefined}
          disabled={rehearsal.data === undefined || nothing}
          loading={done.isPending}
          onClick={() => done.mutate()}
        >
          {breaking ? `${action} although it breaks callers` : action}
        </Button>
      </Group>
    </Stack>
  );
}

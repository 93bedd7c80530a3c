import { Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Confirm } from '../../ui/confirm.tsx';
import { type Affected, affectedOf, countAffected, isSameAffected } from './affected.ts';
import { AffectedList } from './affected-list.tsx';
import type { Backend } from './server/backend.ts';
import { type PublishedOn, undefineBackend } from './server/undefine-backend.ts';

interface RemoveDefinitionProps {
  backend: Backend;
  environment: string;
  opened: boolean;
  onClose(): void;
  onDone(unpublished: PublishedOn[]): void;
}

/** Removes the definition from an environment, and with it what is published there on it (B13, B14). */
export function RemoveDefinition({ backend, environment, opened, onClose, onDone }: RemoveDefinitionProps) {
  const queryClient = useQueryClient();
  const published = backend.definitions[environment]?.published ?? [];
  // What the server says is affected, once it has said so: more may have been published since the page was read, or not be shown to us.
  const [told, setTold] = useState<Affected>();
  const affected = told ?? { apis: published, hidden: 0 };
  const remove = useMutation({
    mutationFn: async () => {
      const call = (confirm: boolean) =>
        undefineBackend({ params: { name: backend.name, environment }, query: { confirm }, ifMatch: backend.version });
      try {
        return await call(false);
      } catch (error) {
        const asked = affectedOf(error);
        // Confirmed is only what was shown.
        if (asked === undefined || !isSameAffected(asked, affected)) throw error;
        return await call(true);
      }
    },
    onSuccess: async ({ unpublished }) => {
      await Promise.all(
        ['backends', 'apis', 'publications', 'catalog', 'nodes'].map((key) => queryClient.invalidateQueries({ queryKey: [key] })),
      );
      onDone(unpublished);
    },
    onError: async (error) => {
      setTold(affectedOf(error));
      await queryClient.invalidateQueries({ queryKey: ['backends'] });
    },
  });
  const isTold = affectedOf(remove.error) !== undefined;
  const count = affected.apis.length + affected.hidden;
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={`Remove ${backend.name} from ${environment}?`}
      action={count === 0 ? 'Remove it' : `Remove it and unpublish ${countAffected(affected)}`}
      danger
      {...(count === 0 ? {} : { typed: backend.name })}
      busy={remove.isPending}
      error={isTold ? undefined : remove.error}
      onConfirm={() => remove.mutate()}
    >
      {count === 0 ? (
        <Text>Nothing is published in {environment} on it, so no traffic is affected.</Text>
      ) : (
        <>
          <Text role={isTold ? 'alert' : undefined}>
            {isTold ? 'More is affected than was shown. ' : ''}
            {environment} has published APIs on it. They are unpublished there at once, and their callers get 404. There is no undo: each
            has to be published again. Drafts and other environments stay as they are.
          </Text>
          <AffectedList affected={affected} label="APIs that are unpublished" />
        </>
      )}
    </Confirm>
  );
}

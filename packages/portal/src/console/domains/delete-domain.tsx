import { Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Confirm } from '../../ui/confirm.tsx';
import { deleteDomain } from './server/delete-domain.ts';
import type { Domain } from './server/domains.ts';

/** Frees a host after it was typed. */
export function DeleteDomain({ domain: { host, version }, onClose }: { domain: Domain; onClose(): void }) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteDomain({ params: { host }, ifMatch: version }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['domains'] });
      onClose();
    },
    onError: () => queryClient.invalidateQueries({ queryKey: ['domains'] }),
  });
  return (
    <Confirm
      opened
      onClose={onClose}
      title={`Delete ${host}?`}
      action="Delete it"
      danger
      typed={host}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
    >
      <Text>Requests to {host} get 404 at once. The APIs stay as they are, and are reached under the gateway’s own address.</Text>
    </Confirm>
  );
}

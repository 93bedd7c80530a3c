import { Alert } from '@mantine/core';
import { IconFileCode } from '@tabler/icons-react';

/** Says that a resource is declared in the configuration file and so read-only here. */
export function ManagedByFile({ managedBy }: { managedBy: string | null }) {
  if (managedBy === null) return null;
  return (
    <Alert color="gray" variant="light" icon={<IconFileCode size={18} />} mb="md" title="Managed by the configuration file">
      It is declared in gatehouse.yaml and read-only here. Change it in the file; it is applied when the file is reloaded.
    </Alert>
  );
}

import { Select, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Failed } from '../../../ui/failed.tsx';
import { networksQuery } from '../server/networks.ts';
import { textAt } from './definition.ts';
import { useDefinition } from './definition-context.ts';
import { SwitchField } from './fields.tsx';

/** A place in a network that an administrator has opened (B08). */
export function NetworkFields() {
  const { definition, set, problemOf } = useDefinition();
  const networks = useQuery(networksQuery);
  const value = textAt(definition, ['network']);
  const items = networks.data?.items ?? [];
  const names = items.map(({ name }) => name);
  return (
    <Stack gap="md">
      {networks.isError && <Failed error={networks.error} retry={() => void networks.refetch()} />}
      <Select
        label="Network access"
        description={
          networks.isSuccess && items.length === 0
            ? 'There is none: an administrator opens places under networks in gatehouse.yaml'
            : 'A place that an administrator has opened under networks in gatehouse.yaml'
        }
        data={[
          // One that is gone from the file is still what is written here.
          ...(value === '' || names.includes(value) || networks.isPending ? [] : [{ value, label: `${value} (not there any more)` }]),
          ...items.map(({ name, host, port }) => ({ value: name, label: `${name} · ${host}:${port}` })),
        ]}
        value={value === '' ? null : value}
        onChange={(chosen) => set(['network'], chosen ?? '')}
        error={problemOf(['network'])}
        searchable
        required
        maw={480}
      />
      <SwitchField path={['https']} label="Use HTTPS" description="The target is called with HTTPS" />
    </Stack>
  );
}

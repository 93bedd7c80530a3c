import { Autocomplete, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMe } from '../../account/use-me.ts';
import { facetsQuery } from '../../catalog/server/facets.ts';

const GROUPS = facetsQuery(['metadata.name'], { kind: 'group' });

/** The team that owns something: one of one's own, or for administrators any; empty: administrators only. */
export function OwnerField({ value, onChange }: { value: string; onChange(owner: string): void }) {
  const me = useMe();
  const admin = me.role === 'admin';
  const groups = useQuery({ ...GROUPS, enabled: admin });
  if (!admin) {
    return (
      <Select
        label="Owner"
        description="The team that may change it"
        data={[...new Set([...me.teams, ...(value === '' ? [] : [value])])]}
        value={value === '' ? null : value}
        onChange={(chosen) => onChange(chosen ?? '')}
        allowDeselect={false}
        required
      />
    );
  }
  return (
    <Autocomplete
      label="Owner"
      description="The team that may change it; empty: administrators only"
      data={(groups.data?.['metadata.name'] ?? []).map((group) => group.value)}
      limit={8}
      value={value}
      onChange={(typed) => onChange(typed.trim())}
      autoComplete="off"
      spellCheck={false}
    />
  );
}

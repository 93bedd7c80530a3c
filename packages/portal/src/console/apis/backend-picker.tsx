import { HoverCard, Select, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { TextLink } from '../../ui/links.tsx';
import { backendsQuery } from '../backends/server/backends.ts';
import { BackendAddresses } from './backend-addresses.tsx';

interface BackendPickerProps {
  value: string | null;
  onChange(backend: string | null): void;
  label?: string;
  description?: string;
  error?: string | undefined;
  required?: boolean;
  disabled?: boolean;
}

/** Chooses a backend service; where it leads in each environment is shown beside each on hovering, and below for the chosen one. */
export function BackendPicker(props: BackendPickerProps) {
  const { value, onChange, label = 'Backend service', description, error, required = false, disabled = false } = props;
  const [typed, setTyped] = useState(value ?? '');
  const [words] = useDebouncedValue(typed === value ? '' : typed.trim(), 200);
  const backends = useInfiniteQuery({ ...backendsQuery(words), enabled: !disabled });
  const found = backends.data ?? [];
  const names = found.map(({ name }) => name);
  return (
    <div>
      <Select
        label={label}
        description={description}
        error={error}
        required={required}
        disabled={disabled}
        data={value === null || names.includes(value) ? names : [value, ...names]}
        // What is found is already what was typed.
        filter={({ options }) => options}
        value={value}
        onChange={onChange}
        searchable
        searchValue={typed}
        onSearchChange={setTyped}
        clearable={!required}
        allowDeselect={false}
        nothingFoundMessage={backends.isFetching ? 'Looking…' : 'No backend service is called so'}
        renderOption={({ option }) => {
          const backend = found.find(({ name }) => name === option.value);
          return (
            <HoverCard withRoles={false} position="right-start" openDelay={200} closeDelay={0} width={340} shadow="md">
              <HoverCard.Target>
                <div style={{ flex: 1, minWidth: 0 }}>
                  <div>{option.value}</div>
                  {backend !== undefined && (
                    <Text size="xs" c="dimmed" truncate>
                      {backend.environments.length === 0 ? 'defined nowhere yet' : `defined in ${backend.environments.join(', ')}`}
                      {backend.description !== null && ` · ${backend.description}`}
                    </Text>
                  )}
                </div>
              </HoverCard.Target>
              <HoverCard.Dropdown>
                <BackendAddresses backend={option.value} />
              </HoverCard.Dropdown>
            </HoverCard>
          );
        }}
      />
      {!disabled && backends.data?.length === 0 && words === '' && (
        <Text size="xs" c="dimmed" mt={4}>
          There are no backend services yet. <TextLink to="/console/backends">Define one</TextLink> first; what you filled in here is kept.
        </Text>
      )}
      {value !== null && (
        <div style={{ marginTop: 8 }}>
          <BackendAddresses backend={value} />
        </div>
      )}
    </div>
  );
}

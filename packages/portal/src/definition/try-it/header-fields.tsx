import { ActionIcon, Button, Group, Input, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { FormHeader, FormProblem } from './request-form.ts';

interface HeaderFieldsProps {
  headers: readonly FormHeader[];
  problems: readonly FormProblem[];
  onChange(headers: readonly FormHeader[]): void;
}

/** Further headers, such as credentials that the service behind the gateway wants. */
export function HeaderFields({ headers, problems, onChange }: HeaderFieldsProps) {
  const change = (position: number, changed: Partial<FormHeader>) =>
    onChange(headers.map((header, index) => (index === position ? { ...header, ...changed } : header)));
  return (
    <Stack gap={6}>
      {headers.length > 0 && (
        <Input.Label size="xs" labelElement="div">
          Further headers
        </Input.Label>
      )}
      {headers.map(({ name, value }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a header is known by its position
        <Group key={index} gap={6} wrap="nowrap" align="flex-start">
          <TextInput
            size="xs"
            aria-label={`Name of header ${index + 1}`}
            placeholder="Name"
            value={name}
            onChange={({ currentTarget }) => change(index, { name: currentTarget.value })}
            error={problems.find(({ at }) => at === `header ${index}`)?.message}
            style={{ flex: 2 }}
            spellCheck={false}
            autoComplete="off"
          />
          <TextInput
            size="xs"
            aria-label={`Value of header ${index + 1}`}
            placeholder="Value"
            value={value}
            onChange={({ currentTarget }) => change(index, { value: currentTarget.value })}
            style={{ flex: 3 }}
            spellCheck={false}
            autoComplete="off"
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size={30}
            aria-label={`Remove header ${index + 1}`}
            onClick={() => onChange(headers.filter((_, position) => position !== index))}
          >
            <IconX size={14} />
          </ActionIcon>
        </Group>
      ))}
      <Button
        variant="subtle"
        size="compact-xs"
        leftSection={<IconPlus size={13} />}
        onClick={() => onChange([...headers, { name: '', value: '' }])}
        style={{ alignSelf: 'flex-start' }}
      >
        Add a header
      </Button>
    </Stack>
  );
}

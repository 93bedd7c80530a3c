import { ActionIcon, Button, Table, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { fromRows, isSameVariables, nameProblem, toRows, type VariableRow, type Variables } from './variables.ts';

interface VariablesFieldProps {
  value: Variables;
  environments: readonly string[];
  onChange(value: Variables): void;
  /** Of one variable in one environment. */
  errorAt(environment: string, name: string): string | undefined;
  disabled: boolean;
}

/** Stage variables: a row for each, a column for each environment. */
export function VariablesField({ value, environments, onChange, errorAt, disabled }: VariablesFieldProps) {
  // While it is being typed, a name may be empty or there twice.
  const [typed, setTyped] = useState<readonly VariableRow[]>();
  const rows = typed !== undefined && isSameVariables(fromRows(typed), value) ? typed : toRows(value);
  const put = (next: readonly VariableRow[]) => {
    setTyped(next);
    onChange(fromRows(next));
  };
  const change = (index: number, changed: Partial<VariableRow>) =>
    put(rows.map((row, position) => (position === index ? { ...row, ...changed } : row)));
  return (
    <>
      {rows.length > 0 && (
        <Table.ScrollContainer minWidth={180 + environments.length * 130}>
          <Table verticalSpacing={6} horizontalSpacing={6} withRowBorders={false} aria-label="Stage variables">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                {environments.map((environment) => (
                  <Table.Th key={environment}>{environment}</Table.Th>
                ))}
                <Table.Th w={40}>
                  <span className="visually-hidden">Remove</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a row is known by its position: its name is being typed
                <Table.Tr key={index} style={{ verticalAlign: 'top' }}>
                  <Table.Td>
                    <TextInput
                      aria-label={`Name of variable ${index + 1}`}
                      value={row.name}
                      onChange={({ currentTarget }) => change(index, { name: currentTarget.value.trim() })}
                      error={nameProblem(rows, index)}
                      disabled={disabled}
                      spellCheck={false}
                      autoComplete="off"
                    />
                  </Table.Td>
                  {environments.map((environment) => (
                    <Table.Td key={environment}>
                      <TextInput
                        aria-label={`${row.name === '' ? `Variable ${index + 1}` : row.name} in ${environment}`}
                        value={row.values[environment] ?? ''}
                        onChange={({ currentTarget }) =>
                          change(index, { values: { ...row.values, [environment]: currentTarget.value.trim() } })
                        }
                        error={errorAt(environment, row.name)}
                        disabled={disabled}
                        spellCheck={false}
                        autoComplete="off"
                      />
                    </Table.Td>
                  ))}
                  <Table.Td>
                    {!disabled && (
                      <ActionIcon
                        variant="subtle"
                        color="gray"
                        size={34}
                        aria-label={`Remove ${row.name === '' ? `variable ${index + 1}` : row.name}`}
                        onClick={() => put(rows.filter((_, position) => position !== index))}
                      >
                        <IconX size={14} />
                      </ActionIcon>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {!disabled && (
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => put([...rows, { name: '', values: {} }])}
        >
          Add a variable
        </Button>
      )}
    </>
  );
}

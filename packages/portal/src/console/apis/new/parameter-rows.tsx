import { ActionIcon, Button, Checkbox, Input, Select, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { ParameterForm, ParameterPlace, ParameterType } from './api-form.ts';
import classes from './new-api.module.css';

interface ParameterRowsProps {
  parameters: readonly ParameterForm[];
  /** The operation, for screen readers. */
  of: string;
  onChange(parameters: readonly ParameterForm[]): void;
  problemAt(position: number): string | undefined;
}

const PLACES: { value: ParameterPlace; label: string }[] = [
  { value: 'query', label: 'Query' },
  { value: 'header', label: 'Header' },
];
const TYPES: { value: ParameterType; label: string }[] = [
  { value: 'string', label: 'Text' },
  { value: 'integer', label: 'Whole number' },
  { value: 'number', label: 'Number' },
  { value: 'boolean', label: 'Yes or no' },
];

/** The parameters of an operation. Those of the path are there because the path names them. */
export function ParameterRows({ parameters, of, onChange, problemAt }: ParameterRowsProps) {
  const change = (position: number, changed: Partial<ParameterForm>) =>
    onChange(parameters.map((each, index) => (index === position ? { ...each, ...changed } : each)));
  return (
    <div className={classes.parameters}>
      <Input.Label labelElement="div">Parameters</Input.Label>
      {parameters.map((parameter, index) => {
        const inPath = parameter.in === 'path';
        const name = `${parameter.name === '' ? `parameter ${index + 1}` : parameter.name} of ${of}`;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a parameter is known by its position: its name is being typed
          <div key={index} className={classes.parameter}>
            <TextInput
              aria-label={`Name of ${name}`}
              placeholder="Name"
              value={parameter.name}
              onChange={({ currentTarget }) => change(index, { name: currentTarget.value.trim() })}
              error={problemAt(index)}
              readOnly={inPath}
              spellCheck={false}
              autoComplete="off"
            />
            {inPath ? (
              <TextInput aria-label={`Where ${name} is`} value="Path" readOnly />
            ) : (
              <Select
                aria-label={`Where ${name} is`}
                data={PLACES}
                value={parameter.in}
                onChange={(place) => change(index, { in: (place ?? parameter.in) as ParameterPlace })}
                allowDeselect={false}
              />
            )}
            <Select
              aria-label={`Type of ${name}`}
              data={TYPES}
              value={parameter.type}
              onChange={(type) => change(index, { type: (type ?? parameter.type) as ParameterType })}
              allowDeselect={false}
            />
            <TextInput
              aria-label={`Description of ${name}`}
              placeholder="Description"
              value={parameter.description}
              onChange={({ currentTarget }) => change(index, { description: currentTarget.value })}
            />
            <Checkbox
              label="Required"
              mt={8}
              checked={parameter.required}
              disabled={inPath}
              onChange={({ currentTarget }) => change(index, { required: currentTarget.checked })}
              aria-label={`${name} is required`}
            />
            {inPath ? (
              <span />
            ) : (
              <ActionIcon
                variant="subtle"
                color="gray"
                size={36}
                aria-label={`Remove ${name}`}
                onClick={() => onChange(parameters.filter((_, position) => position !== index))}
              >
                <IconX size={14} />
              </ActionIcon>
            )}
          </div>
        );
      })}
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={14} />}
        style={{ justifySelf: 'start' }}
        onClick={() => onChange([...parameters, { name: '', in: 'query', type: 'string', required: false, description: '' }])}
      >
        Add a parameter
      </Button>
    </div>
  );
}

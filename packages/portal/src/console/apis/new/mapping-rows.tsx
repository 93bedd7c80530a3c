import { ActionIcon, Autocomplete, Button, Select, TextInput } from '@mantine/core';
import { IconArrowLeft, IconPlus, IconX } from '@tabler/icons-react';
import type { MappingForm, MappingSource, OperationForm, ParameterPlace } from './api-form.ts';
import classes from './new-api.module.css';

interface MappingRowsProps {
  operation: OperationForm;
  onChange(mappings: readonly MappingForm[]): void;
  problemAt(position: number): string | undefined;
}

const TARGETS: { value: ParameterPlace; label: string }[] = [
  { value: 'header', label: 'Header' },
  { value: 'query', label: 'Query' },
  { value: 'path', label: 'Path' },
];
const SOURCES: { value: MappingSource; label: string; hint: string }[] = [
  { value: 'constant', label: 'Constant', hint: 'Its value' },
  { value: 'path', label: 'Path parameter', hint: 'Name' },
  { value: 'query', label: 'Query parameter', hint: 'Name' },
  { value: 'header', label: 'Header', hint: 'Name' },
  { value: 'variable', label: 'Stage variable', hint: 'Name' },
  { value: 'context', label: 'Context', hint: 'requestId' },
];
const CONTEXT = ['requestId', 'stage', 'identity.sourceIp', 'httpMethod', 'path', 'domainName'];

/** What the backend service gets, and where each comes from. */
export function MappingRows({ operation, onChange, problemAt }: MappingRowsProps) {
  const { mappings } = operation.backend;
  const change = (position: number, changed: Partial<MappingForm>) =>
    onChange(mappings.map((each, index) => (index === position ? { ...each, ...changed } : each)));
  return (
    <div className={classes.parameters}>
      {mappings.map((mapping, index) => {
        const what = mapping.name === '' ? `mapping ${index + 1}` : mapping.name;
        const source = SOURCES.find(({ value }) => value === mapping.from);
        const known = operation.parameters.filter((each) => each.in === mapping.from).map(({ name }) => name);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a mapping is known by its position: its name is being typed
          <div key={index} className={classes.mapping}>
            <Select
              aria-label={`Where ${what} goes`}
              data={TARGETS}
              value={mapping.in}
              onChange={(place) => change(index, { in: (place ?? mapping.in) as ParameterPlace })}
              allowDeselect={false}
            />
            <TextInput
              aria-label={`Name that the backend service gets for ${what}`}
              placeholder="Name there"
              value={mapping.name}
              onChange={({ currentTarget }) => change(index, { name: currentTarget.value.trim() })}
              error={problemAt(index)}
              spellCheck={false}
              autoComplete="off"
            />
            <IconArrowLeft size={16} className={classes.arrow} aria-label="from" />
            <Select
              aria-label={`Where ${what} comes from`}
              data={SOURCES.map(({ value, label }) => ({ value, label }))}
              value={mapping.from}
              onChange={(from) => change(index, { from: (from ?? mapping.from) as MappingSource })}
              allowDeselect={false}
            />
            <Autocomplete
              aria-label={mapping.from === 'constant' ? `Value of ${what}` : `Name of what ${what} comes from`}
              placeholder={source?.hint}
              data={mapping.from === 'context' ? CONTEXT : known}
              value={mapping.value}
              onChange={(value) => change(index, { value: mapping.from === 'constant' ? value : value.trim() })}
              spellCheck={false}
              autoComplete="off"
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={`Remove ${what}`}
              onClick={() => onChange(mappings.filter((_, position) => position !== index))}
            >
              <IconX size={14} />
            </ActionIcon>
          </div>
        );
      })}
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={14} />}
        style={{ justifySelf: 'start' }}
        onClick={() => onChange([...mappings, { in: 'header', name: '', from: 'constant', value: '' }])}
      >
        Add a mapping
      </Button>
    </div>
  );
}

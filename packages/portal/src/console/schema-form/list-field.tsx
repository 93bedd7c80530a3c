import { ActionIcon, Button, Group, Input, MultiSelect, TagsInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconX } from '@tabler/icons-react';
import { emptyValue } from './empty-value.ts';
import { toField } from './field.ts';
import { type FieldProps, FieldView, problemAt } from './field-view.tsx';
import type { JsonSchema } from './json-schema.ts';
import { ORDER } from './scalar-field.tsx';
import classes from './schema-form.module.css';

interface ListFieldProps extends FieldProps {
  item: JsonSchema;
  /** Its entries are texts or choices. */
  scalars: boolean;
}

export function ListField(props: ListFieldProps) {
  return props.scalars ? <ScalarList {...props} /> : <EntryList {...props} />;
}

/** Texts one after the other, or some of the values that there are. */
function ScalarList({ item, root, schema, label, spoken, required, value, onChange, problems, path, readOnly }: ListFieldProps) {
  const field = toField(item, root);
  const fallback = Array.isArray(schema.default) && schema.default.length > 0 ? schema.default.map(String) : undefined;
  const [example] = schema.examples ?? [];
  const values = Array.isArray(value) ? value.map(String) : [];
  const common = {
    label,
    ...(label === undefined ? { 'aria-label': spoken ?? 'Values' } : {}),
    description: schema.description,
    error: problemAt(problems, path, true),
    required,
    disabled: readOnly,
    value: values,
    inputWrapperOrder: ORDER,
    clearable: !readOnly,
    onChange: (chosen: string[]) => onChange(chosen.length === 0 ? undefined : chosen),
    // A placeholder beside values would look like one of them.
    placeholder:
      values.length > 0 || readOnly ? undefined : fallback !== undefined ? `${fallback.join(', ')} (default)` : placeholder(example),
  };
  if (field.kind === 'choice') return <MultiSelect {...common} data={field.values.map(String)} searchable />;
  return <TagsInput {...common} splitChars={[',', '\n']} acceptValueOnBlur />;
}

function placeholder(example: unknown): string {
  return Array.isArray(example) && example.length > 0 ? `such as ${String(example[0])}; Enter adds it` : 'Enter adds one';
}

/** Entries that have fields of their own, in an order that can be changed. */
function EntryList({ item, root, schema, label, spoken, required, value, onChange, problems, path, readOnly }: ListFieldProps) {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [];
  const name = label ?? spoken ?? 'Entries';
  const put = (next: unknown[]) => onChange(next.length === 0 && !required ? undefined : next);
  const move = (from: number, to: number) => {
    const next = [...entries];
    next.splice(to, 0, ...next.splice(from, 1));
    put(next);
  };
  return (
    <Input.Wrapper label={label} labelElement="div" description={schema.description} error={problemAt(problems, path)} required={required}>
      <div className={classes.rows} style={{ marginTop: 6 }}>
        {entries.map((entry, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an entry is known by its position
          <div key={index} className={classes.row}>
            <FieldView
              schema={item}
              root={root}
              path={[...path, index]}
              label={undefined}
              spoken={`${name}, ${index + 1}`}
              required
              value={entry}
              onChange={(changed) => put(entries.map((each, position) => (position === index ? changed : each)))}
              problems={problems}
              readOnly={readOnly}
            />
            {!readOnly && (
              <Group gap={2} wrap="nowrap">
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  disabled={index === 0}
                  onClick={() => move(index, index - 1)}
                  aria-label={`Move ${name} ${index + 1} up`}
                >
                  <IconArrowUp size={14} />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  disabled={index === entries.length - 1}
                  onClick={() => move(index, index + 1)}
                  aria-label={`Move ${name} ${index + 1} down`}
                >
                  <IconArrowDown size={14} />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  onClick={() => put(entries.filter((_, position) => position !== index))}
                  aria-label={`Remove ${name} ${index + 1}`}
                >
                  <IconX size={14} />
                </ActionIcon>
              </Group>
            )}
          </div>
        ))}
        {!readOnly && (
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={14} />}
            style={{ justifySelf: 'start' }}
            onClick={() => put([...entries, emptyValue(item, root)])}
          >
            Add
          </Button>
        )}
      </div>
    </Input.Wrapper>
  );
}

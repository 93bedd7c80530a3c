import { ActionIcon, Button, Input, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { emptyValue } from './empty-value.ts';
import { type FieldProps, FieldView, problemAt } from './field-view.tsx';
import { isRecord, type JsonSchema } from './json-schema.ts';
import classes from './schema-form.module.css';

type Pair = readonly [name: string, value: unknown];

/** Names that are chosen freely, each with a value. */
export function RecordField({
  member,
  schema,
  root,
  label,
  spoken,
  required,
  value,
  onChange,
  problems,
  path,
  readOnly,
}: FieldProps & { member: JsonSchema }) {
  // While it is being typed, a name may be empty or there twice, which an object cannot hold.
  const [typed, setTyped] = useState<readonly Pair[]>();
  const pairs = typed !== undefined && isSame(typed, value) ? typed : Object.entries(isRecord(value) ? value : {});
  const name = label ?? spoken ?? 'Entries';
  const put = (next: readonly Pair[]) => {
    setTyped(next);
    const written = Object.fromEntries(next.filter(([key]) => key !== ''));
    onChange(Object.keys(written).length === 0 && !required ? undefined : written);
  };
  const change = (index: number, pair: Pair) => put(pairs.map((each, position) => (position === index ? pair : each)));
  return (
    <Input.Wrapper label={label} labelElement="div" description={schema.description} error={problemAt(problems, path)} required={required}>
      <div className={classes.rows} style={{ marginTop: 6 }}>
        {pairs.map(([key, entry], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a pair is known by its position: its name is being typed
          <div key={index} className={classes.pair}>
            <TextInput
              aria-label={`${name}: name ${index + 1}`}
              placeholder="Name"
              value={key}
              onChange={({ currentTarget }) => change(index, [currentTarget.value.trim(), entry])}
              error={nameProblem(pairs, index) ?? problemAt(problems, [...path, key])}
              disabled={readOnly}
              spellCheck={false}
              autoComplete="off"
            />
            <FieldView
              schema={member}
              root={root}
              path={[...path, key]}
              label={undefined}
              spoken={`${name}: value ${index + 1}`}
              required
              value={entry}
              onChange={(changed) => change(index, [key, changed ?? ''])}
              problems={problems.filter((problem) => problem.path.length > path.length + 1)}
              readOnly={readOnly}
            />
            {!readOnly && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size={34}
                onClick={() => put(pairs.filter((_, position) => position !== index))}
                aria-label={`Remove ${name} ${key === '' ? index + 1 : key}`}
              >
                <IconX size={14} />
              </ActionIcon>
            )}
          </div>
        ))}
        {!readOnly && (
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={14} />}
            style={{ justifySelf: 'start' }}
            onClick={() => put([...pairs, ['', emptyValue(member, root)]])}
          >
            Add
          </Button>
        )}
      </div>
    </Input.Wrapper>
  );
}

/** Whether what was typed is still what the form holds, or the form was filled anew meanwhile. */
function isSame(typed: readonly Pair[], value: unknown): boolean {
  return JSON.stringify(Object.fromEntries(typed.filter(([key]) => key !== ''))) === JSON.stringify(isRecord(value) ? value : {});
}

function nameProblem(pairs: readonly Pair[], index: number): string | undefined {
  const [name, value] = pairs[index] ?? ['', undefined];
  if (name === '') return value === '' || value === undefined ? undefined : 'It needs a name.';
  return pairs.findIndex(([other]) => other === name) < index ? 'This name is there already.' : undefined;
}

import { ActionIcon, Button, Group, NumberInput, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { LazyCodeEditor } from '../../../definition/editor/lazy-code-editor.tsx';
import { valueAt } from './definition.ts';
import { useDefinition } from './definition-context.ts';
import { TextField } from './fields.tsx';
import classes from './form.module.css';

/** What the gateway answers by itself. */
export function MockFields() {
  const { definition, set } = useDefinition();
  const examples = valueAt(definition, ['mock', 'examples']) === true;
  const choose = (value: string) => {
    const headers = valueAt(definition, ['mock', 'headers']);
    const kept = headers === undefined ? {} : { headers };
    set(['mock'], value === 'examples' ? { ...kept, examples: true } : kept);
  };
  return (
    <Stack gap="md">
      <SegmentedControl
        aria-label="What is answered"
        className={classes.choice}
        data={[
          { value: 'fixed', label: 'One fixed response' },
          { value: 'examples', label: 'The examples of the definition' },
        ]}
        value={examples ? 'examples' : 'fixed'}
        onChange={choose}
      />
      {examples ? (
        <Text c="dimmed">Each operation is answered with the example of its successful response, as its OpenAPI definition has it.</Text>
      ) : (
        <>
          <div className={classes.settings}>
            <Status />
            <TextField
              path={['mock', 'contentType']}
              label="Content type"
              description="Empty: application/json, of a text text/plain"
              placeholder="application/json"
            />
          </div>
          <Body />
        </>
      )}
      <Headers />
    </Stack>
  );
}

function Status() {
  const { definition, set, problemOf } = useDefinition();
  const value = valueAt(definition, ['mock', 'status']);
  return (
    <NumberInput
      label="Status"
      description="From 200 to 599"
      placeholder="200"
      value={typeof value === 'number' || typeof value === 'string' ? value : ''}
      onChange={(typed) => set(['mock', 'status'], typed === '' ? undefined : typed)}
      error={problemOf(['mock', 'status'])}
      min={200}
      max={599}
      allowDecimal={false}
      hideControls
    />
  );
}

type Form = 'json' | 'text' | 'none';
const FORMS = [
  { value: 'json', label: 'JSON' },
  { value: 'text', label: 'Text' },
  { value: 'none', label: 'Empty' },
];

function Body() {
  const { definition, set, fault, problemOf } = useDefinition();
  const body = valueAt(definition, ['mock', 'body']);
  const [form, setForm] = useState<Form>(body === undefined ? 'none' : typeof body === 'string' ? 'text' : 'json');
  const [text, setText] = useState(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body, null, 2));
  const [wrong, setWrong] = useState<string>();
  const write = (typed: string, as: Form) => {
    setText(typed);
    setForm(as);
    let message: string | undefined;
    if (as === 'json') {
      try {
        set(['mock', 'body'], typed.trim() === '' ? undefined : JSON.parse(typed));
      } catch (error) {
        message = `The body is not JSON: ${error instanceof Error ? error.message : String(error)}`;
      }
    } else {
      set(['mock', 'body'], as === 'none' ? undefined : typed);
    }
    setWrong(message);
    fault('mock.body', message);
  };
  return (
    <Stack gap={6}>
      <Group justify="space-between" align="end">
        <Text fw={500} component="span">
          Body
        </Text>
        <Select
          aria-label="What the body is"
          data={FORMS}
          value={form}
          onChange={(value) => write(text, (value ?? 'none') as Form)}
          allowDeselect={false}
          size="xs"
          w={110}
        />
      </Group>
      {form !== 'none' && (
        <LazyCodeEditor
          label="Body of the response"
          language={form === 'json' ? 'json' : 'text'}
          value={text}
          onChange={(typed) => write(typed, form)}
          minHeight={120}
        />
      )}
      {(wrong ?? problemOf(['mock', 'body'])) !== undefined && (
        <Text size="xs" c="var(--bad)" role="alert">
          {wrong ?? problemOf(['mock', 'body'])}
        </Text>
      )}
    </Stack>
  );
}

/** Headers are kept as rows while they are typed: two of one name, or one without, cannot be in the definition. */
function Headers() {
  const { definition, set, fault, problemOf } = useDefinition();
  const [rows, setRows] = useState<[name: string, value: string][]>(() =>
    Object.entries((valueAt(definition, ['mock', 'headers']) as Record<string, string> | undefined) ?? {}),
  );
  const change = (changed: [string, string][]) => {
    setRows(changed);
    const named = changed.filter(([name]) => name !== '');
    set(['mock', 'headers'], named.length === 0 ? undefined : Object.fromEntries(named));
    const names = named.map(([name]) => name.toLowerCase());
    fault('mock.headers', new Set(names).size < names.length ? 'Two headers have the same name' : undefined);
  };
  return (
    <Stack gap={8}>
      <Text fw={500} component="span">
        Headers
      </Text>
      {rows.map(([name, value], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a header is known by where it stands while its name is typed
        <div key={index} className={classes.header}>
          <TextInput
            aria-label={`Name of header ${index + 1}`}
            placeholder="X-Name"
            value={name}
            onChange={({ currentTarget }) => change(rows.map((row, at) => (at === index ? [currentTarget.value.trim(), value] : row)))}
            error={problemOf(['mock', 'headers', name])}
            autoComplete="off"
            spellCheck={false}
          />
          <TextInput
            aria-label={`Value of header ${index + 1}`}
            value={value}
            onChange={({ currentTarget }) => change(rows.map((row, at) => (at === index ? [name, currentTarget.value] : row)))}
            autoComplete="off"
            spellCheck={false}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size={34}
            aria-label={`Remove header ${index + 1}`}
            onClick={() => change(rows.filter((_, at) => at !== index))}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </div>
      ))}
      <Group>
        <Button variant="default" size="xs" leftSection={<IconPlus size={14} />} onClick={() => setRows([...rows, ['', '']])}>
          Add a header
        </Button>
      </Group>
    </Stack>
  );
}

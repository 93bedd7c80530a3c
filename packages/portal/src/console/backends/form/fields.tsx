import { NumberInput, Select, Switch, Textarea, TextInput } from '@mantine/core';
import { durationProblem, fromDuration, type Path, textAt, valueAt } from './definition.ts';
import { useDefinition } from './definition-context.ts';
import type { Setting } from './settings.ts';

interface FieldProps {
  path: Path;
  label: string;
  description?: string;
  placeholder?: string;
  required?: boolean;
}

interface TextFieldProps extends FieldProps {
  /** What is typed stays when it is empty: a definition needs it. */
  kept?: boolean;
  /** What is wrong with it before it is sent. */
  check?(text: string): string | undefined;
}

/** A text of the definition. */
export function TextField({ path, kept = false, check, ...shown }: TextFieldProps) {
  const { definition, set, problemOf } = useDefinition();
  const value = textAt(definition, path);
  return (
    <TextInput
      {...shown}
      value={value}
      onChange={({ currentTarget }) => {
        const typed = currentTarget.value.trimStart();
        set(path, typed === '' && !kept ? undefined : typed);
      }}
      onBlur={() => value !== value.trim() && set(path, value.trim())}
      error={problemOf(path) ?? (value === '' ? undefined : check?.(value.trim()))}
      autoComplete="off"
      spellCheck={false}
    />
  );
}

/** A text of several lines, such as a certificate. */
export function LongTextField({ path, ...shown }: FieldProps) {
  const { definition, set, problemOf } = useDefinition();
  return (
    <Textarea
      {...shown}
      value={textAt(definition, path)}
      onChange={({ currentTarget }) => set(path, currentTarget.value === '' ? undefined : currentTarget.value)}
      error={problemOf(path)}
      autosize
      minRows={3}
      maxRows={10}
      autoComplete="off"
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '12.5px' } }}
    />
  );
}

/** A yes or no whose usual value is no. */
export function SwitchField({ path, label, description }: Pick<FieldProps, 'path' | 'label' | 'description'>) {
  const { definition, set, problemOf } = useDefinition();
  return (
    <Switch
      label={label}
      description={description}
      error={problemOf(path)}
      checked={valueAt(definition, path) === true}
      onChange={({ currentTarget }) => set(path, currentTarget.checked ? true : undefined)}
    />
  );
}

/** A setting that has a usual value, which is shown as long as nothing else was said. */
export function SettingField({ setting }: { setting: Setting }) {
  const { definition, set, problemOf } = useDefinition();
  const { path, label, hint, usual, input, min, max, step } = setting;
  const value = valueAt(definition, path);
  const shown = { label, description: hint, error: problemOf(path) };
  if (Array.isArray(input)) {
    return (
      <Select
        {...shown}
        data={input}
        value={typeof value === 'string' ? value : usual}
        onChange={(chosen) => set(path, chosen === usual || chosen === null ? undefined : chosen)}
        allowDeselect={false}
      />
    );
  }
  if (input === 'number') {
    return (
      <NumberInput
        {...shown}
        placeholder={usual}
        value={typeof value === 'number' || typeof value === 'string' ? value : ''}
        onChange={(typed) => set(path, typed === '' ? undefined : typed)}
        {...(min === undefined ? {} : { min })}
        {...(max === undefined ? {} : { max })}
        step={step ?? 1}
        allowDecimal={step !== undefined}
        clampBehavior="blur"
      />
    );
  }
  const isDuration = input === 'duration';
  return (
    <TextInput
      {...shown}
      placeholder={usual}
      value={value === undefined ? '' : String(value)}
      onChange={({ currentTarget }) => {
        const typed = currentTarget.value.trim();
        // A path of a health check is what it is made of: it stays, empty, while another is typed.
        set(path, isDuration ? fromDuration(typed) : typed);
      }}
      error={shown.error ?? (isDuration ? durationProblem(value) : undefined)}
      required={!isDuration}
      autoComplete="off"
      spellCheck={false}
    />
  );
}

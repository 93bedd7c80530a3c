import { NumberInput, Select, Switch, Textarea, TextInput } from '@mantine/core';
import type { Field, Scalar } from './field.ts';
import { type FieldProps, problemAt } from './field-view.tsx';

/** Fields stand side by side: what is said of them comes below, so that they are in line. */
export const ORDER: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

type ScalarKind = Extract<Field, { kind: 'text' | 'number' | 'boolean' | 'choice' }>;

/** A field for one text, number, choice or truth value. What is empty is left out, so that the default counts. */
export function ScalarField({
  field,
  schema,
  label,
  spoken,
  required,
  value,
  onChange,
  problems,
  path,
  readOnly,
}: FieldProps & { field: ScalarKind }) {
  const common = {
    label,
    ...(label === undefined ? { 'aria-label': spoken ?? 'Value' } : {}),
    description: label === undefined ? undefined : schema.description,
    error: problemAt(problems, path, true),
    required: required && label !== undefined,
    disabled: readOnly,
    inputWrapperOrder: ORDER,
  };
  const fallback = schema.default;
  const { inputWrapperOrder: _, required: __, ...switchProps } = common;
  switch (field.kind) {
    case 'boolean':
      return (
        <Switch
          mt={label === undefined ? 0 : 4}
          {...switchProps}
          checked={typeof value === 'boolean' ? value : fallback === true}
          // What is as by default is not written down.
          onChange={({ currentTarget }) => onChange(currentTarget.checked === fallback && !required ? undefined : currentTarget.checked)}
        />
      );
    case 'number':
      return (
        <NumberInput
          {...common}
          value={typeof value === 'number' ? value : ''}
          onChange={(given) => onChange(typeof given === 'number' ? given : undefined)}
          allowDecimal={!field.integer}
          {...(field.min === undefined ? {} : { min: field.min })}
          {...(field.max === undefined ? {} : { max: field.max })}
          clampBehavior="none"
          placeholder={fallback === undefined ? undefined : `${String(fallback)} (default)`}
          hideControls={readOnly}
        />
      );
    case 'choice':
      return (
        <Select
          {...common}
          data={field.values.map(toChoice)}
          value={value === undefined ? null : JSON.stringify(value)}
          onChange={(chosen) => onChange(chosen === null ? undefined : (JSON.parse(chosen) as Scalar))}
          placeholder={fallback === undefined ? undefined : `${String(fallback)} (default)`}
          clearable={!required}
          allowDeselect={!required}
          searchable={field.values.length > 8}
        />
      );
    case 'text':
      return <TextField field={field} fallback={fallback} value={value} onChange={onChange} common={common} />;
  }
}

interface TextFieldProps {
  field: Extract<Field, { kind: 'text' }>;
  fallback: unknown;
  value: unknown;
  onChange(value: unknown): void;
  common: object;
}

function TextField({ field, fallback, value, onChange, common }: TextFieldProps) {
  const given = {
    ...common,
    value: textOf(value, field.duration),
    placeholder: fallback === undefined ? field.hint : `${String(fallback)} (default)`,
    spellCheck: false,
    autoComplete: 'off',
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) => onChange(read(currentTarget.value, field.numbers)),
  };
  return field.long ? <Textarea {...given} autosize minRows={1} maxRows={8} /> : <TextInput {...given} />;
}

/** Digits alone are a number where one is allowed: `0` for "never", bytes without a unit. */
function read(text: string, numbers: boolean): unknown {
  if (text === '') return undefined;
  return numbers && /^\d{1,15}$/.test(text) ? Number(text) : text;
}

function toChoice(value: Scalar) {
  return { value: JSON.stringify(value), label: value === null ? 'none' : String(value) };
}

/** What the configuration file says is shown as it was read: durations in milliseconds. */
function textOf(value: unknown, duration: boolean): string {
  if (typeof value === 'number') return duration && value !== 0 ? `${value}ms` : String(value);
  return typeof value === 'string' ? value : '';
}

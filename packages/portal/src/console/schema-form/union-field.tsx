import { Select } from '@mantine/core';
import { fitsSchema } from './check-value.ts';
import { emptyValue } from './empty-value.ts';
import { type FieldOption, toField } from './field.ts';
import { type FieldProps, FieldView, problemAt } from './field-view.tsx';
import { isRecord } from './json-schema.ts';
import { ORDER } from './scalar-field.tsx';
import classes from './schema-form.module.css';

/** A value that may be written in several ways: first which, then what it needs. */
export function UnionField(props: FieldProps & { options: readonly FieldOption[] }) {
  const { options, schema, root, path, label, spoken, required, value, onChange, problems, readOnly } = props;
  const chosen = value === undefined ? -1 : chosenOption(options, value, props);
  const option = options[chosen];
  const fallback = schema.default;
  const field = option === undefined ? undefined : toField(option.schema, root);
  const hasFields = option !== undefined && !Object.hasOwn(option.schema, 'const');
  return (
    <div className={classes.rows}>
      <Select
        label={label}
        {...(label === undefined ? { 'aria-label': spoken ?? 'Kind of value' } : {})}
        description={schema.description}
        error={problemAt(problems, path, !hasFields)}
        required={required && label !== undefined}
        disabled={readOnly}
        data={options.map(({ label }, index) => ({ value: String(index), label }))}
        value={chosen < 0 ? null : String(chosen)}
        placeholder={
          fallback === undefined ? undefined : `${typeof fallback === 'object' ? JSON.stringify(fallback) : String(fallback)} (default)`
        }
        clearable={!required}
        allowDeselect={!required}
        onChange={(index) => {
          const next = index === null ? undefined : options[Number(index)];
          if (next !== undefined && options.indexOf(next) === chosen) return;
          onChange(
            next === undefined ? undefined : Object.hasOwn(next.schema, 'const') ? next.schema.const : emptyValue(next.schema, root),
          );
        }}
        inputWrapperOrder={ORDER}
      />
      {hasFields && (
        <FieldView
          schema={option.schema}
          root={root}
          path={path}
          label={undefined}
          spoken={`${label ?? spoken ?? 'Value'}: ${option.label}`}
          required
          value={value}
          onChange={(changed) => onChange(changed ?? (field?.kind === 'text' ? '' : undefined))}
          problems={problems.filter((problem) => problem.path.length > path.length || field?.kind !== 'group')}
          readOnly={readOnly}
        />
      )}
    </div>
  );
}

/** The way in which a value is written: the one that it fits, else the one that it looks most like. */
function chosenOption(options: readonly FieldOption[], value: unknown, { root }: FieldProps): number {
  const fitting = options.findIndex(({ schema }) => fitsSchema(schema, value, root));
  if (fitting >= 0) return fitting;
  return options.findIndex(({ schema }) => {
    const field = toField(schema, root);
    if (field.kind === 'group')
      return isRecord(value) && Object.keys(value).every((name) => field.fields.some((member) => member.name === name));
    if (field.kind === 'record') return isRecord(value);
    if (field.kind === 'list') return Array.isArray(value);
    return (
      (field.kind === 'text' && typeof value === 'string') ||
      (field.kind === 'number' && typeof value === 'number') ||
      field.kind === 'json'
    );
  });
}

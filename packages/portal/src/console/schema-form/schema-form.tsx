import { FieldView, type FormProblem } from './field-view.tsx';
import type { JsonSchema } from './json-schema.ts';

interface SchemaFormProps {
  /** JSON Schema, draft 2020-12; what no form is made for is asked for as JSON. */
  schema: JsonSchema;
  value: unknown;
  /** Undefined: there is nothing (any more). */
  onChange(value: unknown): void;
  /** What is wrong, each shown at its field. */
  problems?: readonly FormProblem[];
  readOnly?: boolean;
}

/** A form that is made from a JSON Schema. What it holds may be half filled in: see `checkValue`. */
export function SchemaForm({ schema, value, onChange, problems = [], readOnly = false }: SchemaFormProps) {
  return (
    <FieldView
      schema={schema}
      root={schema}
      path={[]}
      label={undefined}
      required
      value={value}
      onChange={onChange}
      problems={problems}
      readOnly={readOnly}
    />
  );
}

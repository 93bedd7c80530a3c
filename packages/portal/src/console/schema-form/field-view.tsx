import { toField } from './field.ts';
import { GroupField } from './group-field.tsx';
import { JsonField } from './json-field.tsx';
import { followReference, type JsonSchema } from './json-schema.ts';
import { ListField } from './list-field.tsx';
import { RecordField } from './record-field.tsx';
import { ScalarField } from './scalar-field.tsx';
import { UnionField } from './union-field.tsx';

/** Something that is wrong with what a form holds. */
export interface FormProblem {
  path: readonly (string | number)[];
  message: string;
}

/** What every field is given. */
export interface FieldProps {
  schema: JsonSchema;
  /** Where references lead from. */
  root: JsonSchema;
  /** From the value of the whole form. */
  path: readonly (string | number)[];
  /** Undefined: what is around it says what it is. */
  label: string | undefined;
  /** Without a label: what it is for screen readers. */
  spoken?: string;
  required: boolean;
  value: unknown;
  onChange(value: unknown): void;
  problems: readonly FormProblem[];
  readOnly: boolean;
}

/** The field for one value. */
export function FieldView(props: FieldProps) {
  const schema = followReference(props.schema, props.root);
  const field = toField(schema, props.root);
  const given = { ...props, schema };
  switch (field.kind) {
    case 'text':
    case 'number':
    case 'boolean':
    case 'choice':
      return <ScalarField {...given} field={field} />;
    case 'list':
      return <ListField {...given} item={field.item} scalars={field.scalars} />;
    case 'record':
      return <RecordField {...given} member={field.value} />;
    case 'group':
      return <GroupField {...given} fields={field.fields} />;
    case 'union':
      return <UnionField {...given} options={field.options} />;
    case 'json':
      return <JsonField {...given} />;
  }
}

/** What is wrong with the value at a path; `within`: or with a part of it. */
export function problemAt(problems: readonly FormProblem[], path: FormProblem['path'], within = false): string | undefined {
  const here = problems.filter(
    (problem) => (within || problem.path.length === path.length) && path.every((part, index) => problem.path[index] === part),
  );
  return here.length === 0 ? undefined : here.map(({ message }) => sentence(message)).join(' ');
}

function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

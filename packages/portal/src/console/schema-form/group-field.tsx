import { type GroupMember, labelOf, toField } from './field.ts';
import { type FieldProps, FieldView, problemAt } from './field-view.tsx';
import { isRecord } from './json-schema.ts';
import classes from './schema-form.module.css';

const NARROW = new Set(['text', 'number', 'boolean', 'choice']);

/** The fields of an object. Members that the schema does not know stay as they are. */
export function GroupField({
  fields,
  schema,
  root,
  path,
  label,
  required,
  value,
  onChange,
  problems,
  readOnly,
}: FieldProps & { fields: readonly GroupMember[] }) {
  const members = isRecord(value) ? value : {};
  const change = (name: string, changed: unknown) => {
    const { [name]: _, ...others } = members;
    const next = changed === undefined ? others : { ...others, [name]: changed };
    onChange(Object.keys(next).length === 0 && !required ? undefined : next);
  };
  const content = (
    <div className={classes.grid}>
      {fields.map((member) => {
        const field = toField(member.schema, root);
        const view = (
          <FieldView
            schema={member.schema}
            root={root}
            path={[...path, member.name]}
            label={labelOf(member.name, member.schema, root)}
            required={member.required}
            value={members[member.name]}
            onChange={(changed) => change(member.name, changed)}
            problems={problems}
            readOnly={readOnly}
          />
        );
        return (
          <div key={member.name} className={NARROW.has(field.kind) ? undefined : classes.wide}>
            {view}
          </div>
        );
      })}
    </div>
  );
  const error = problemAt(problems, path);
  if (label === undefined) {
    return (
      <>
        {content}
        {error !== undefined && <div className={classes.error}>{error}</div>}
      </>
    );
  }
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>{label}</legend>
      {schema.description !== undefined && <p className={classes.about}>{schema.description}</p>}
      {content}
      {error !== undefined && <div className={classes.error}>{error}</div>}
    </fieldset>
  );
}

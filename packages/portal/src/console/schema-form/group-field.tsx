import { type GroupMember, labelOf, toField } from './field.ts';
import { type FieldProps, FieldView, problemAt } from './field-view.tsx';
import { isRecord, type JsonSchema } from './json-schema.ts';
import classes from './schema-form.module.css';

const NARROW = new Set(['text', 'number', 'boolean', 'choice']);

/** Whether a field has room enough beside others. */
function isNarrow(schema: JsonSchema, root: JsonSchema): boolean {
  const field = toField(schema, root);
  if (field.kind !== 'union') return NARROW.has(field.kind);
  return field.options.every((option) => {
    const inner = toField(option.schema, root);
    return (
      NARROW.has(inner.kind) ||
      (inner.kind === 'group' && inner.fields.length <= 2 && inner.fields.every((member) => NARROW.has(toField(member.schema, root).kind)))
    );
  });
}

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
    // What is there already stays in its place: a written draft keeps its order.
    const next = Object.fromEntries(Object.entries({ ...members, [name]: changed }).filter(([, value]) => value !== undefined));
    onChange(Object.keys(next).length === 0 && !required ? undefined : next);
  };
  const content = (
    <div className={classes.grid}>
      {fields.map((member) => {
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
          <div key={member.name} className={isNarrow(member.schema, root) ? undefined : classes.wide}>
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

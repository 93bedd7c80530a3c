import { toField } from './field.ts';
import type { JsonSchema } from './json-schema.ts';

/** What a value that has just been added begins as. */
export function emptyValue(schema: JsonSchema, root: JsonSchema): unknown {
  const field = toField(schema, root);
  switch (field.kind) {
    case 'text':
      return '';
    case 'boolean':
      return false;
    case 'choice':
      return field.values[0];
    case 'list':
      return [];
    case 'group':
      return Object.fromEntries(
        field.fields.flatMap(({ name, schema: member, required }) => {
          const inner = toField(member, root);
          // What tells one kind of entry from another has one value only.
          return required && inner.kind === 'choice' && inner.values.length === 1 ? [[name, inner.values[0]]] : [];
        }),
      );
    case 'record':
      return {};
    case 'union':
      return field.options[0] === undefined ? null : emptyValue(field.options[0].schema, root);
    case 'number':
      return undefined;
    case 'json':
      return null;
  }
}

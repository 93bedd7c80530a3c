import { Input } from '@mantine/core';
import { useState } from 'react';
import { CodeEditor } from '../../ui/code-editor.tsx';
import { type FieldProps, problemAt } from './field-view.tsx';

/** A value that no form is made for, as JSON. */
export function JsonField({ schema, label, spoken, required, value, onChange, problems, path, readOnly }: FieldProps) {
  const [typed, setTyped] = useState<{ text: string; wrong: string | undefined }>();
  const written = value === undefined ? '' : JSON.stringify(value, null, 2);
  // What was typed counts as long as it says the same: laying it out anew would move the cursor.
  const text = typed !== undefined && (typed.wrong !== undefined || isSame(typed.text, written)) ? typed.text : written;
  const change = (next: string) => {
    if (next.trim() === '') {
      setTyped({ text: next, wrong: undefined });
      onChange(undefined);
      return;
    }
    try {
      const parsed: unknown = JSON.parse(next);
      setTyped({ text: next, wrong: undefined });
      onChange(parsed);
    } catch (error) {
      // As the text that it is, so that what was there before is not saved in its place: it is refused where an object is wanted.
      onChange(next);
      setTyped({ text: next, wrong: `It is not JSON yet: ${error instanceof Error ? error.message : String(error)}` });
    }
  };
  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      description={schema.description}
      error={typed?.wrong ?? problemAt(problems, path, true)}
      required={required && label !== undefined}
    >
      <div style={{ marginTop: 4 }}>
        <CodeEditor
          value={text}
          onChange={readOnly ? undefined : change}
          language="json"
          label={label ?? spoken ?? 'JSON'}
          minHeight={60}
        />
      </div>
    </Input.Wrapper>
  );
}

function isSame(typed: string, written: string): boolean {
  try {
    return typed.trim() === '' ? written === '' : JSON.stringify(JSON.parse(typed), null, 2) === written;
  } catch {
    return false;
  }
}

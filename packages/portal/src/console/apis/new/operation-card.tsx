import { ActionIcon, Autocomplete, Checkbox, Input, Select, Switch, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { CodeEditor } from '../../../ui/code-editor.tsx';
import { METHODS, METHODS_WITH_BODY, type OperationForm, withPath } from './api-form.ts';
import { isJson } from './check-form.ts';
import classes from './new-api.module.css';
import { ParameterRows } from './parameter-rows.tsx';

interface OperationCardProps {
  operation: OperationForm;
  basePath: string;
  onChange(operation: OperationForm): void;
  /** Undefined: it is the only one. */
  onRemove: (() => void) | undefined;
  problemAt(at: string): string | undefined;
}

export const MEDIA_TYPES = [
  'application/json',
  'application/xml',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
];

/** One operation: its method and path, its parameters and its body. */
export function OperationCard({ operation, basePath, onChange, onRemove, problemAt }: OperationCardProps) {
  const { method, path, summary, parameters, body } = operation;
  const name = `${method} ${path}`;
  const put = (change: Partial<OperationForm>) => onChange({ ...operation, ...change });
  return (
    <section className={classes.card} aria-label={`Operation ${name}`}>
      <div className={classes.operation}>
        <Select
          label="Method"
          data={METHODS}
          value={method}
          onChange={(chosen) => put({ method: chosen ?? method })}
          allowDeselect={false}
        />
        <TextInput
          label="Path"
          leftSection={basePath === '/' || basePath === '' ? undefined : <span className={classes.base}>{basePath}</span>}
          leftSectionWidth={basePath === '/' || basePath === '' ? undefined : Math.min(180, 14 + basePath.length * 7.8)}
          value={path}
          onChange={({ currentTarget }) => onChange(withPath(operation, currentTarget.value.trim()))}
          error={problemAt('path')}
          placeholder="/pets/{id}"
          spellCheck={false}
          autoComplete="off"
        />
        <TextInput
          className={classes.wholeRow}
          label="Summary"
          value={summary}
          onChange={({ currentTarget }) => put({ summary: currentTarget.value })}
          placeholder="What it does, in a few words"
        />
        {onRemove !== undefined && (
          <ActionIcon variant="subtle" color="gray" size={36} mt={24} onClick={onRemove} aria-label={`Remove ${name}`}>
            <IconX size={16} />
          </ActionIcon>
        )}
      </div>
      <ParameterRows
        parameters={parameters}
        of={name}
        onChange={(changed) => put({ parameters: changed })}
        problemAt={(position) => problemAt(`parameter ${position}`)}
      />
      {METHODS_WITH_BODY.has(method) && (
        <>
          <Switch
            label="It has a body"
            checked={body !== null}
            onChange={({ currentTarget }) =>
              put({ body: currentTarget.checked ? { contentType: 'application/json', required: true, example: '' } : null })
            }
          />
          {body !== null && (
            <div className={classes.body}>
              <Autocomplete
                label="Content type"
                data={MEDIA_TYPES}
                value={body.contentType}
                onChange={(contentType) => put({ body: { ...body, contentType } })}
                error={problemAt('body')}
                maw={320}
              />
              <Checkbox
                label="It must be there"
                checked={body.required}
                onChange={({ currentTarget }) => put({ body: { ...body, required: currentTarget.checked } })}
              />
              <Input.Wrapper label="Example" labelElement="div" error={problemAt('example')}>
                <CodeEditor
                  value={body.example}
                  onChange={(example) => put({ body: { ...body, example } })}
                  language={isJson(body.contentType) ? 'json' : 'text'}
                  label={`Example of the body of ${name}`}
                  minHeight={70}
                  maxHeight={260}
                />
              </Input.Wrapper>
            </div>
          )}
        </>
      )}
    </section>
  );
}

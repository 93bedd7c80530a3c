import { Alert, Group, Input, Select, Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import type { ApiDocument } from '../document/api-document.ts';
import { LazyCodeEditor } from '../editor/lazy-code-editor.tsx';
import { bodyKindOf } from '../openapi/body-kind.ts';
import type { Content } from '../openapi/content.ts';
import type { RequestBody } from '../openapi/operation.ts';
import { mergeSchema } from '../schema/merge-schema.ts';
import { propertiesOf } from '../schema/schema-shape.ts';
import { initialBody } from './initial-form.ts';
import { isFile } from './is-file.ts';
import { ParamField } from './param-field.tsx';
import type { FormBody, FormProblem } from './request-form.ts';
import classes from './try-it.module.css';

interface BodyFieldsProps {
  document: ApiDocument;
  body: RequestBody;
  value: FormBody;
  problems: readonly FormProblem[];
  onChange(value: FormBody): void;
  onSubmit(): void;
}

/** The body of a request: its media type, an example to begin with, and an editor or fields for it. */
export function BodyFields({ document, body, value, problems, onChange, onSubmit }: BodyFieldsProps) {
  const content = body.contents.find(({ type }) => type === value.contentType) ?? body.contents[0];
  const kind = bodyKindOf(value.contentType);
  const problem = problems.find(({ at }) => at === 'body')?.message;
  const examples = content?.examples ?? [];
  if (content === undefined) return null;
  return (
    <Stack gap={6}>
      <Group gap={8} align="flex-end" wrap="nowrap">
        {body.contents.length > 1 ? (
          <Select
            size="xs"
            label="Body"
            required={body.required}
            data={[...new Set(body.contents.map(({ type }) => type))]}
            value={value.contentType}
            onChange={(type) => {
              const chosen = body.contents.find((each) => each.type === type);
              if (chosen !== undefined) onChange(initialBody(document, chosen));
            }}
            allowDeselect={false}
            style={{ flex: 1 }}
          />
        ) : (
          <div style={{ flex: 1 }}>
            <Input.Label size="xs" required={body.required} labelElement="div">
              Body
            </Input.Label>{' '}
            <span className={classes.quiet}>{value.contentType}</span>
          </div>
        )}
        {examples.length > 1 && (
          <Select
            size="xs"
            placeholder="Use an example"
            aria-label="Use an example"
            data={examples.map(({ name, summary }, index) => ({
              value: String(index),
              label: summary ?? (name === '' ? `Example ${index + 1}` : name),
            }))}
            value={null}
            onChange={(index) => onChange(initialBody(document, content, Number(index ?? 0)))}
            style={{ flex: 1 }}
          />
        )}
      </Group>
      {kind === 'form' || kind === 'files' ? (
        <PartFields document={document} content={content} value={value} problems={problems} onChange={onChange} />
      ) : (
        <LazyCodeEditor
          value={value.text}
          onChange={(text) => onChange({ ...value, text })}
          onSubmit={onSubmit}
          language={kind === 'json' || kind === 'yaml' ? kind : 'text'}
          label="Body of the request"
          minHeight={90}
          maxHeight={320}
        />
      )}
      {kind === 'binary' && (
        <Text size="xs" c="dimmed">
          What is typed here is sent as UTF-8 text. To send a file, use the code samples.
        </Text>
      )}
      {kind === 'files' && (
        <Alert color="gray" variant="light" p="xs">
          Bodies of several parts cannot be sent from here. The code samples have what you fill in, ready to be run.
        </Alert>
      )}
      {problem !== undefined && kind !== 'files' && <Input.Error size="xs">{problem}</Input.Error>}
    </Stack>
  );
}

interface PartFieldsProps extends Omit<BodyFieldsProps, 'body' | 'onSubmit'> {
  content: Content;
}

function PartFields({ document, content, value, problems, onChange }: PartFieldsProps) {
  const properties = useMemo(() => propertiesOf(mergeSchema(document, content.schema).words), [document, content]);
  return (
    <Stack gap={10} className={classes.parts}>
      {properties.map(({ name, schema, required }) =>
        isFile(document, schema) ? (
          <Text key={name} size="xs">
            <b>{name}</b> <span className={classes.quiet}>a file</span>
          </Text>
        ) : (
          <ParamField
            key={name}
            document={document}
            name={name}
            schema={schema}
            required={required}
            value={value.fields[name]}
            error={problems.find(({ at }) => at === `body ${name}`)?.message}
            onChange={(field) => onChange({ ...value, fields: { ...value.fields, [name]: field } })}
          />
        ),
      )}
    </Stack>
  );
}

import { Autocomplete, Input, Text, TextInput } from '@mantine/core';
import { CodeEditor } from '../../../ui/code-editor.tsx';
import type { OperationForm } from './api-form.ts';
import { isJson } from './check-form.ts';
import classes from './new-api.module.css';
import { MEDIA_TYPES } from './operation-card.tsx';
import type { StepProps } from './step-props.ts';

/** What callers get: it becomes the documentation. It may be left as it is. */
export function ResponseStep({ form, put, problemAt }: StepProps) {
  const change = (operation: OperationForm) =>
    put({ operations: form.operations.map((each) => (each.id === operation.id ? operation : each)) });
  return (
    <div className={classes.stack}>
      <Text c="dimmed">
        This becomes the documentation that callers read, and what an operation without a backend service answers. You may leave it and
        describe responses later, in the definition.
      </Text>
      {form.operations.map((operation) => (
        <OperationResponse
          key={operation.id}
          operation={operation}
          onChange={change}
          problemAt={(at) => problemAt(`${operation.id} ${at}`)}
        />
      ))}
    </div>
  );
}

interface OperationResponseProps {
  operation: OperationForm;
  onChange(operation: OperationForm): void;
  problemAt(at: string): string | undefined;
}

function OperationResponse({ operation, onChange, problemAt }: OperationResponseProps) {
  const { method, path, response, backend } = operation;
  const name = `${method} ${path}`;
  const put = (change: Partial<OperationForm['response']>) => onChange({ ...operation, response: { ...response, ...change } });
  const language = isJson(response.contentType) ? 'json' : 'text';
  return (
    <section className={classes.card} aria-label={`Response of ${name}`}>
      <div className={classes.cardHead}>
        <span className={classes.operationName}>{name}</span>
        <Autocomplete
          label="Content type"
          placeholder="No body"
          data={MEDIA_TYPES}
          value={response.contentType}
          onChange={(contentType) => put({ contentType: contentType.trim() })}
          error={problemAt('contentType')}
          w={240}
        />
      </div>
      <div className={classes.examples}>
        <Example
          title="Success"
          status={response.status}
          onStatus={(status) => put({ status })}
          statusProblem={problemAt('status')}
          text={response.example}
          onText={(example) => put({ example })}
          textProblem={problemAt('example')}
          required={backend.answeredBy === 'mock'}
          of={name}
          language={language}
        />
        <Example
          title="Error"
          status={response.errorStatus}
          onStatus={(errorStatus) => put({ errorStatus })}
          statusProblem={problemAt('errorStatus')}
          text={response.errorExample}
          onText={(errorExample) => put({ errorExample })}
          textProblem={problemAt('errorExample')}
          required={false}
          of={name}
          language={language}
        />
      </div>
    </section>
  );
}

interface ExampleProps {
  title: 'Success' | 'Error';
  status: string;
  onStatus(status: string): void;
  statusProblem: string | undefined;
  text: string;
  onText(text: string): void;
  textProblem: string | undefined;
  required: boolean;
  of: string;
  language: 'json' | 'text';
}

function Example({ title, status, onStatus, statusProblem, text, onText, textProblem, required, of, language }: ExampleProps) {
  return (
    <div className={classes.example}>
      <TextInput
        label={`${title}: status`}
        value={status}
        onChange={({ currentTarget }) => onStatus(currentTarget.value.trim())}
        placeholder={title === 'Success' ? '200' : 'any'}
        error={statusProblem}
        inputMode="numeric"
        maw={130}
      />
      <Input.Wrapper label={`${title}: example`} labelElement="div" error={textProblem} required={required}>
        <CodeEditor value={text} onChange={onText} language={language} label={`${title} example of ${of}`} minHeight={90} maxHeight={300} />
      </Input.Wrapper>
    </div>
  );
}

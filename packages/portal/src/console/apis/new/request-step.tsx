import { Button, Text, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { basePathOf, emptyOperation, type OperationForm } from './api-form.ts';
import classes from './new-api.module.css';
import { OperationCard } from './operation-card.tsx';
import type { StepProps } from './step-props.ts';

/** What callers send: the base path, and the operations below it. */
export function RequestStep({ form, put, problemAt }: StepProps) {
  const change = (operation: OperationForm) =>
    put({ operations: form.operations.map((each) => (each.id === operation.id ? operation : each)) });
  const add = () => put({ operations: [...form.operations, emptyOperation(Math.max(0, ...form.operations.map(({ id }) => id)) + 1)] });
  const base = basePathOf(form);
  return (
    <div className={classes.stack}>
      <TextInput
        label="Base path"
        description="Every operation of the API is below it, at the gateway"
        placeholder={`/${form.name}`}
        value={form.basePath}
        onChange={({ currentTarget }) => put({ basePath: currentTarget.value.trim() })}
        error={problemAt('basePath')}
        spellCheck={false}
        autoComplete="off"
        maw={460}
      />
      <h2 className={classes.title}>Operations</h2>
      {problemAt('operations') !== undefined && (
        <Text c="var(--bad)" role="alert">
          {problemAt('operations')}
        </Text>
      )}
      {form.operations.map((operation) => (
        <OperationCard
          key={operation.id}
          operation={operation}
          basePath={base}
          onChange={change}
          onRemove={
            form.operations.length > 1 ? () => put({ operations: form.operations.filter(({ id }) => id !== operation.id) }) : undefined
          }
          problemAt={(at) => problemAt(`${operation.id} ${at}`)}
        />
      ))}
      <Button variant="default" leftSection={<IconPlus size={16} />} onClick={add} style={{ justifySelf: 'start' }}>
        Add an operation
      </Button>
    </div>
  );
}

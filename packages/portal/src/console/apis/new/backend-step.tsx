import { Input, Radio, SegmentedControl, Select, Text, TextInput } from '@mantine/core';
import { BackendPicker } from '../backend-picker.tsx';
import { METHODS, type OperationForm } from './api-form.ts';
import { MappingRows } from './mapping-rows.tsx';
import classes from './new-api.module.css';
import type { StepProps } from './step-props.ts';

/** Where requests go, and what of them. */
export function BackendStep({ form, put, problemAt }: StepProps) {
  const needed = form.operations.some(({ backend }) => backend.answeredBy === 'service');
  const change = (operation: OperationForm) =>
    put({ operations: form.operations.map((each) => (each.id === operation.id ? operation : each)) });
  return (
    <div className={classes.stack}>
      <div style={{ maxWidth: 620 }}>
        <BackendPicker
          value={form.backend}
          onChange={(backend) => put({ backend })}
          description="It has an address in each environment: the API follows it there. Point at one to see where it leads"
          error={problemAt('backend')}
          required={needed}
        />
      </div>
      {form.operations.map((operation) => (
        <OperationBackend
          key={operation.id}
          operation={operation}
          onChange={change}
          problemAt={(at) => problemAt(`${operation.id} ${at}`)}
        />
      ))}
    </div>
  );
}

interface OperationBackendProps {
  operation: OperationForm;
  onChange(operation: OperationForm): void;
  problemAt(at: string): string | undefined;
}

function OperationBackend({ operation, onChange, problemAt }: OperationBackendProps) {
  const { method, path, backend } = operation;
  const name = `${method} ${path}`;
  const put = (change: Partial<OperationForm['backend']>) => onChange({ ...operation, backend: { ...backend, ...change } });
  return (
    <section className={classes.card} aria-label={`Backend of ${name}`}>
      <div className={classes.cardHead}>
        <span className={classes.operationName}>{name}</span>
        <SegmentedControl
          size="xs"
          aria-label={`Who answers ${name}`}
          data={[
            { value: 'service', label: 'Backend service' },
            { value: 'mock', label: 'Example (mock)' },
          ]}
          value={backend.answeredBy}
          onChange={(value) => put({ answeredBy: value === 'mock' ? 'mock' : 'service' })}
        />
      </div>
      {backend.answeredBy === 'mock' ? (
        <Text c="dimmed">The gateway answers with the example of the next step: for clients that are written before the service is.</Text>
      ) : (
        <>
          <div className={classes.target}>
            <Select
              label="Method"
              data={METHODS}
              value={backend.method === '' ? null : backend.method}
              onChange={(chosen) => put({ method: chosen ?? '' })}
              placeholder={`${method}, as it came`}
              clearable
            />
            <TextInput
              className={classes.wholeRow}
              label="Path"
              value={backend.path}
              onChange={({ currentTarget }) => put({ path: currentTarget.value.trim() })}
              placeholder={`${path}, as it came`}
              error={problemAt('backendPath')}
              spellCheck={false}
              autoComplete="off"
            />
            <TextInput
              label="Timeout"
              value={backend.timeout}
              onChange={({ currentTarget }) => put({ timeout: currentTarget.value.trim() })}
              placeholder="30s"
              error={problemAt('timeout')}
              spellCheck={false}
              autoComplete="off"
            />
          </div>
          <Radio.Group label="Parameters" value={backend.mode} onChange={(mode) => put({ mode: mode === 'map' ? 'map' : 'pass' })}>
            <div className={classes.modes}>
              <Radio value="pass" label="Pass-through" description="They reach the backend service as they came" />
              <Radio value="map" label="Mapped" description="As they came, and some are set or replaced as follows" />
            </div>
          </Radio.Group>
          {backend.mode === 'map' && (
            <MappingRows
              operation={operation}
              onChange={(mappings) => put({ mappings })}
              problemAt={(position) => problemAt(`mapping ${position}`)}
            />
          )}
          {problemAt('integration') !== undefined && <Input.Error>{problemAt('integration')}</Input.Error>}
        </>
      )}
    </section>
  );
}

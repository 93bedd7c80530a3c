import { Button, Group, Select, Text } from '@mantine/core';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { type FormEvent, useMemo, useRef, useState } from 'react';
import type { ApiDocument } from '../../../definition/document/api-document.ts';
import type { OpenApiIndex } from '../../../definition/openapi/index-openapi.ts';
import type { BuiltRequest } from '../../../definition/try-it/build-request.ts';
import type { FormProblem } from '../../../definition/try-it/request-form.ts';
import type { FilledForms } from '../../../definition/try-it/use-request-form.ts';
import { useUrlState } from '../../../ui/use-url-state.ts';
import { AnyRequestFields } from './any-request-fields.tsx';
import classes from './debug.module.css';
import { OperationFields } from './operation-fields.tsx';

interface RequestFormProps {
  document: ApiDocument;
  index: OpenApiIndex | undefined;
  /** Of the API in the environment. */
  url: string;
  running: boolean;
  /** Why it may not be sent; undefined: it may. */
  why: string | undefined;
  onSend(request: BuiltRequest): void;
  onCancel(): void;
}

/** No operation is called so. */
const ANY = ':any';

/** A request to be sent: one of the operations with its parameters, or any other, to see what the gateway makes of it. */
export function RequestForm({ document, index, url, running, why, onSend, onCancel }: RequestFormProps) {
  const [{ operation: asked }, setUrl] = useUrlState();
  const filled = useRef<FilledForms>(new Map());
  const [built, setBuilt] = useState<{ request: BuiltRequest; problems: readonly FormProblem[] }>();
  const [attempted, setAttempted] = useState(false);
  const operations = useMemo(() => (index?.operations ?? []).filter(({ at }) => at[0] === 'paths'), [index]);
  const entry = asked === ANY ? undefined : (operations.find(({ key }) => key === asked) ?? operations[0]);
  const problems = built?.problems ?? [];
  const shown = attempted ? problems : [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAttempted(true);
    if (built !== undefined && built.problems.length === 0 && !running && why === undefined) onSend(built.request);
  };
  return (
    <form onSubmit={submit} className={classes.request} noValidate>
      <Select
        label="Request"
        size="xs"
        data={[
          ...operations.map(({ key, summary }) => ({ value: key, label: summary === undefined ? key : `${key} · ${summary}` })),
          { value: ANY, label: 'Any other request' },
        ]}
        value={entry?.key ?? ANY}
        onChange={(key) => {
          setAttempted(false);
          setUrl({ operation: key ?? undefined });
        }}
        allowDeselect={false}
        searchable
        maxDropdownHeight={320}
      />
      {entry === undefined ? (
        <AnyRequestFields problems={shown} onBuilt={setBuilt} />
      ) : (
        <OperationFields key={entry.key} document={document} entry={entry} filled={filled.current} problems={shown} onBuilt={setBuilt} />
      )}
      {built !== undefined && (
        <div className={classes.sent}>
          <span className={classes.sentUrl}>
            {built.request.method} {url === '/' ? '' : url}
            {built.request.path}
            {built.request.query}
          </span>
        </div>
      )}
      <Group gap="xs">
        <Button type="submit" leftSection={<IconPlayerPlay size={15} />} loading={running} disabled={why !== undefined}>
          Send
        </Button>
        {running && (
          <Button variant="default" leftSection={<IconPlayerStop size={15} />} onClick={onCancel}>
            Cancel
          </Button>
        )}
      </Group>
      {why !== undefined && <Text c="dimmed">{why}</Text>}
      {attempted && problems.length > 0 && (
        <Text c="var(--bad)" role="alert">
          {problems.length === 1 ? 'Something has to be mended above' : `${problems.length} things have to be mended above`} before it can
          be sent.
        </Text>
      )}
    </form>
  );
}

import { Group, Input, Select, TextInput } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import type { BuiltRequest } from '../../../definition/try-it/build-request.ts';
import { HeaderFields } from '../../../definition/try-it/header-fields.tsx';
import type { FormProblem } from '../../../definition/try-it/request-form.ts';
import { CodeEditor } from '../../../ui/code-editor.tsx';
import { type AnyRequest, buildAnyRequest, METHODS } from './any-request.ts';

interface AnyRequestFieldsProps {
  problems: readonly FormProblem[];
  onBuilt(built: { request: BuiltRequest; problems: readonly FormProblem[] }): void;
}

/** A request that no operation defines: what the gateway does with it is worth seeing, too. */
export function AnyRequestFields({ problems, onBuilt }: AnyRequestFieldsProps) {
  const [typed, setTyped] = useState<AnyRequest>({ method: 'GET', path: '/', headers: [], body: '' });
  const built = useMemo(() => buildAnyRequest(typed), [typed]);
  useEffect(() => onBuilt(built), [built, onBuilt]);
  const put = (change: Partial<AnyRequest>) => setTyped((before) => ({ ...before, ...change }));
  return (
    <>
      <Group gap={8} align="flex-start" wrap="nowrap">
        <Select
          size="xs"
          label="Method"
          data={METHODS}
          value={typed.method}
          onChange={(method) => put({ method: method ?? 'GET' })}
          allowDeselect={false}
          w={110}
        />
        <TextInput
          size="xs"
          label="Path and query, below the base path"
          value={typed.path}
          onChange={({ currentTarget }) => put({ path: currentTarget.value.trim() })}
          error={problems.find(({ at }) => at === 'path')?.message}
          spellCheck={false}
          autoComplete="off"
          style={{ flex: 1 }}
        />
      </Group>
      <HeaderFields headers={typed.headers} problems={problems} onChange={(headers) => put({ headers })} />
      <div>
        <Input.Label size="xs" labelElement="div">
          Body
        </Input.Label>
        <CodeEditor
          value={typed.body}
          onChange={(body) => put({ body })}
          onSubmit={() => document.activeElement?.closest('form')?.requestSubmit()}
          language={/^\s*[[{]/.test(typed.body) ? 'json' : 'text'}
          label="Body of the request"
          minHeight={60}
          maxHeight={260}
        />
      </div>
    </>
  );
}

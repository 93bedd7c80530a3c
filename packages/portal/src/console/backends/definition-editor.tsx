import { Button, Group, Paper, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useMemo, useState } from 'react';
import { ServerError } from '../../server/server-error.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { Failed } from '../../ui/failed.tsx';
import { type Affected, affectedOf, countAffected } from './affected.ts';
import { AffectedList } from './affected-list.tsx';
import { type Definition, isSame, withValue } from './form/definition.ts';
import { DefinitionContext, type DefinitionFields, problemAt } from './form/definition-context.ts';
import { DefinitionForm } from './form/definition-form.tsx';
import { emptyDefinition, type Kind } from './form/kind.ts';
import { KeepEdits } from './keep-edits.tsx';
import { Overtaken } from './overtaken.tsx';
import { type Backend, backendQuery } from './server/backend.ts';
import { defineBackend, type Refreshed } from './server/define-backend.ts';

interface DefinitionEditorProps {
  backend: Backend;
  environment: string;
  onDone(refreshed: Refreshed[]): void;
  onCancel(): void;
}

type Body = Parameters<typeof defineBackend>[0]['body'];

/** Defines a backend service in an environment: first as it is typed, then with the warning about what follows it (B14). */
export function DefinitionEditor({ backend, environment, onDone, onCancel }: DefinitionEditorProps) {
  const queryClient = useQueryClient();
  // What was seen when editing began: a change of somebody else is noticed by it.
  const [seen, setSeen] = useState(backend);
  const before = seen.definitions[environment]?.definition;
  const [definition, setDefinition] = useState<Definition>(
    () => before ?? emptyDefinition(backend.type === 'mixed' ? 'http' : (backend.type as Kind)),
  );
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const [asked, setAsked] = useState<Affected>();
  const [overtaken, setOvertaken] = useState<'here' | 'elsewhere'>();
  const save = useMutation({
    mutationFn: (confirm: boolean) =>
      defineBackend({
        params: { name: backend.name, environment },
        query: { confirm },
        body: definition as Body,
        ifMatch: seen.version,
      }),
    onSuccess: async ({ refreshed }) => {
      await Promise.all(['backends', 'publications', 'nodes'].map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
      onDone(refreshed);
    },
    onError: async (error) => {
      setAsked(affectedOf(error));
      if (!(error instanceof ServerError) || error.code !== 'version.stale') return;
      const now = await queryClient.fetchQuery({ ...backendQuery(backend.name), staleTime: 0 });
      setOvertaken(isSame(now.definitions[environment]?.definition, before) ? 'elsewhere' : 'here');
      setSeen(now);
    },
  });
  const isStale = save.error instanceof ServerError && save.error.code === 'version.stale';
  const error = isStale && overtaken !== undefined ? null : asked === undefined && affectedOf(save.error) === undefined ? save.error : null;
  const fields = useMemo<DefinitionFields>(
    () => ({
      definition,
      set: (path, value) => setDefinition((current) => withValue(current, path, value)),
      replace: setDefinition,
      problemOf: (path) => problemAt(save.error, path),
      fault: (name, message) => setFaults(({ [name]: _, ...others }) => (message === undefined ? others : { ...others, [name]: message })),
    }),
    [definition, save.error],
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setOvertaken(undefined);
    save.mutate(false);
  };
  const isChanged = !isSame(definition, before);
  const fault = Object.values(faults)[0];
  return (
    <DefinitionContext value={fields}>
      <KeepEdits when={isChanged && !save.isPending && !save.isSuccess} />
      <form onSubmit={submit} aria-label={`Definition in ${environment}`}>
        <Paper p="md">
          <DefinitionForm type={backend.type} />
        </Paper>
        {overtaken !== undefined && (
          <Overtaken where={overtaken} backend={seen} environment={environment} onTake={(theirs) => setDefinition(theirs)} />
        )}
        {error !== null && (
          <div style={{ marginTop: 16 }}>
            <Failed error={error} title="It was not published" />
          </div>
        )}
        <Group justify="flex-end" mt="md" gap="xs">
          {fault !== undefined && (
            <Text c="var(--bad)" role="alert">
              {fault}
            </Text>
          )}
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending && asked === undefined} disabled={!isChanged || fault !== undefined}>
            Publish to {environment}
          </Button>
        </Group>
      </form>
      <Confirm
        opened={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={`${environment} has published APIs on ${backend.name}`}
        action={asked === undefined ? 'Publish' : `Change for ${countAffected(asked)}`}
        busy={save.isPending}
        onConfirm={() => save.mutate(true)}
      >
        {asked !== undefined && (
          <>
            <Text>
              The new definition takes effect for all of them at once, without publishing them again. There is no undo: to go back, the old
              definition has to be published again.
            </Text>
            <AffectedList affected={asked} label="APIs that the change affects" />
          </>
        )}
      </Confirm>
    </DefinitionContext>
  );
}

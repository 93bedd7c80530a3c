import { Button, Group, Text, TextInput } from '@mantine/core';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useMe } from '../../../account/use-me.ts';
import type { EditorHandle } from '../../../ui/code-editor.tsx';
import { Failed } from '../../../ui/failed.tsx';
import { NAME_RULE, nameProblem } from '../../../ui/name-rule.ts';
import { OwnerField } from '../../backends/owner-field.tsx';
import { BackendPicker } from '../backend-picker.tsx';
import { CheckState } from '../check-state.tsx';
import { errorAt } from '../field-errors.ts';
import { basePathProblem } from '../field-rules.ts';
import { ProblemList } from '../problem-list.tsx';
import { type AuthChoice, authProblem, fromAuthChoice, toAuthChoice } from '../settings/auth.ts';
import { AuthFields } from '../settings/auth-fields.tsx';
import { useCheck } from '../use-check.ts';
import { DocumentSource } from './document-source.tsx';
import { FoundOperations } from './found-operations.tsx';
import classes from './new-api.module.css';
import { toName } from './to-name.ts';
import { useCreateApi } from './use-create-api.ts';
import { useStored } from './use-stored.ts';

interface DocumentForm {
  text: string;
  /** Empty: as the title of the document suggests. */
  name: string;
  owner: string;
  basePath: string;
  backend: string | null;
  auth: AuthChoice;
}

/** An API from its OpenAPI document, which is pasted, uploaded, or read from a URL. */
export function FromDocument() {
  const me = useMe();
  const initial = useCallback(
    (): DocumentForm => ({
      text: '',
      name: '',
      owner: me.role === 'admin' ? '' : (me.teams[0] ?? ''),
      basePath: '',
      backend: null,
      auth: toAuthChoice(undefined),
    }),
    [me.role, me.teams],
  );
  const [form, setForm, forget] = useStored(`gatehouse-new-api-document ${me.name}`, initial);
  const [attempted, setAttempted] = useState(false);
  const editor = useRef<EditorHandle>(null);
  const check = useCheck(form.text);
  const create = useCreateApi(forget);
  const { checked } = check;
  const name = form.name === '' ? toName(checked?.title ?? '') : form.name;
  const put = (change: Partial<DocumentForm>) => {
    setForm((before) => ({ ...before, ...change }));
    if (create.isError) create.reset();
  };
  // What saving found counts until the text is changed.
  const refused = useMemo(
    () => (create.error !== null && 'problems' in create.error ? (create.error.problems as NonNullable<typeof checked>['problems']) : []),
    [create.error],
  );
  const problems = useMemo(() => {
    const found = checked?.problems ?? [];
    return found.length > 0 ? found : refused.filter(({ place }) => place !== undefined);
  }, [checked, refused]);
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const nameWrong = name === '' ? 'It needs a name.' : nameProblem(name);
  const pathWrong = form.basePath === '' ? undefined : basePathProblem(form.basePath);
  const ready = nameWrong === undefined && pathWrong === undefined && authProblem(form.auth) === undefined && form.text.trim() !== '';
  const submit = () => {
    setAttempted(true);
    if (!ready) return;
    const { owner, backend, auth, text } = form;
    const callers = fromAuthChoice(auth);
    create.mutate({
      name,
      body: async () => ({
        definition: text,
        basePath: form.basePath === '' ? `/${name}` : form.basePath,
        ...(owner === '' ? {} : { owner }),
        ...(backend === null ? {} : { backend }),
        ...(callers === undefined ? {} : { auth: callers }),
      }),
    });
  };
  return (
    <form
      noValidate
      className={classes.document}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className={classes.stack}>
        <DocumentSource text={form.text} problems={problems} onText={(text) => put({ text })} editor={editor} onSubmit={submit} />
        <CheckState check={check} text={form.text} />
        {problems.length > 0 && <ProblemList problems={problems} onGoTo={(line, column) => editor.current?.goTo(line, column)} />}
        {checked !== undefined && checked.operations.length > 0 && <FoundOperations checked={checked} />}
      </div>
      <div className={classes.panel}>
        <TextInput
          label="Name"
          description={NAME_RULE}
          value={form.name}
          placeholder={toName(checked?.title ?? '')}
          onChange={({ currentTarget }) => put({ name: currentTarget.value.trim() })}
          error={
            errorAt(create.error, 'name') ??
            (create.error !== null && 'code' in create.error && create.error.code === 'resource.exists'
              ? create.error.message
              : undefined) ??
            (attempted || form.name !== '' ? nameWrong : undefined)
          }
          required={form.name !== '' || checked?.title === undefined}
          autoComplete="off"
          spellCheck={false}
        />
        <OwnerField value={form.owner} onChange={(owner) => put({ owner })} />
        <TextInput
          label="Base path"
          description="Every operation is below it, at the gateway"
          placeholder={`/${name}`}
          value={form.basePath}
          onChange={({ currentTarget }) => put({ basePath: currentTarget.value.trim() })}
          error={errorAt(create.error, 'basePath') ?? pathWrong}
          autoComplete="off"
          spellCheck={false}
        />
        <BackendPicker
          value={form.backend}
          onChange={(backend) => put({ backend })}
          description="Where operations go that say nothing else"
          error={errorAt(create.error, 'backend')}
        />
        <AuthFields value={form.auth} onChange={(auth) => put({ auth })} fromDefinition error={errorAt(create.error, 'auth')} />
        {create.isError && <Failed error={create.error} title="The API was not created" />}
        {attempted && form.text.trim() === '' && (
          <Text c="var(--bad)" role="alert">
            Paste, upload or read the document first.
          </Text>
        )}
        <Group justify="space-between">
          <Button
            variant="subtle"
            color="gray"
            onClick={() => {
              forget();
              setAttempted(false);
              create.reset();
            }}
          >
            Start over
          </Button>
          <Button type="submit" loading={create.isPending} disabled={errors > 0 && refused.length === 0}>
            Create API
          </Button>
        </Group>
        {errors > 0 && (
          <Text c="dimmed" size="xs">
            The document has {errors === 1 ? 'an error' : `${errors} errors`}: mend {errors === 1 ? 'it' : 'them'} first.
          </Text>
        )}
      </div>
    </form>
  );
}

import { Select, TagsInput, Text, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { environmentsQuery } from '../../../catalog/server/environments.ts';
import { OwnerField } from '../../backends/owner-field.tsx';
import { RecordField } from '../../schema-form/record-field.tsx';
import { BackendPicker } from '../backend-picker.tsx';
import { errorAt } from '../field-errors.ts';
import { basePathProblem, durationProblem } from '../field-rules.ts';
import type { May } from '../may.ts';
import readOnly from '../read-only.module.css';
import { SaveBar } from '../save-bar.tsx';
import type { Api } from '../server/api.ts';
import { type DraftChanges, useSaveDraft } from '../use-save-draft.ts';
import { toWrittenDraft, type WrittenDraft } from '../written-draft.ts';
import { authProblem, fromAuthChoice, toAuthChoice } from './auth.ts';
import { AuthFields } from './auth-fields.tsx';
import { Section } from './section.tsx';
import classes from './settings.module.css';
import { VariablesField } from './variables-field.tsx';

const TIMEOUTS = [
  { name: 'connect', label: 'Connect', usual: '5s', about: 'Until a connection stands' },
  { name: 'response', label: 'Response', usual: '30s', about: 'Until its answer begins' },
  { name: 'idle', label: 'Pause', usual: '60s', about: 'Between two pieces' },
  { name: 'total', label: 'In all', usual: 'no limit', about: 'Until the last byte' },
] as const;

const PROFILES = [
  { value: 'problem', label: 'problem: RFC 9457 problem documents' },
  { value: 'aws-rest', label: 'aws-rest: as Amazon API Gateway, REST APIs' },
  { value: 'aws-http', label: 'aws-http: as Amazon API Gateway, HTTP APIs' },
  { value: 'alibaba', label: 'alibaba: as Alibaba Cloud API Gateway' },
];

type Changes = Partial<Omit<WrittenDraft, 'policies'>>;

/** Everything about an API but its definition and its policies. */
export function SettingsTab({ api, may }: { api: Api; may: May }) {
  const [changes, setChanges] = useState<Changes>({});
  const environments = useQuery(environmentsQuery).data?.items.map(({ name }) => name) ?? [];
  const save = useSaveDraft(api, () => setChanges({}));
  const written = toWrittenDraft(api.draft);
  const draft = { ...written, ...changes };
  const changed = Object.fromEntries(
    Object.entries(changes).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(written[name as keyof WrittenDraft])),
  );
  const dirty = Object.keys(changed).length > 0;
  const put = (change: Changes) => {
    setChanges((before) => ({ ...before, ...change }));
    if (save.isError) save.reset();
  };
  const text = (name: 'title' | 'description' | 'group' | 'basePath') => ({
    value: draft[name] ?? '',
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) =>
      put({ [name]: currentTarget.value === '' ? undefined : currentTarget.value }),
    disabled: !may.edit,
  });
  const auth = toAuthChoice(draft.auth);
  const orphaned = 'owner' in changes && changes.owner === undefined && api.owner !== null;
  const wrong = [
    orphaned ? 'orphaned' : undefined,
    draft.basePath === undefined ? undefined : basePathProblem(draft.basePath),
    authProblem(auth),
    ...TIMEOUTS.map(({ name }) => durationProblem(draft.timeouts?.[name] ?? '')),
  ].some((problem) => problem !== undefined);
  const body = changed as DraftChanges;
  return (
    <div className={may.edit ? undefined : readOnly.fields}>
      <Section title="About" about="What people see in lists and in the catalog.">
        <TextInput
          label="Title"
          placeholder={api.title ?? undefined}
          description="Absent: the title of the definition"
          {...text('title')}
          maxLength={200}
        />
        <Textarea label="Description" {...text('description')} autosize minRows={2} maxRows={8} />
        {may.edit ? (
          <div>
            <OwnerField
              value={'owner' in changes ? (changes.owner ?? '') : (api.owner ?? '')}
              onChange={(owner) => put({ owner: owner === '' ? undefined : owner })}
            />
            {orphaned && (
              <Text size="xs" c="var(--bad)" mt={4}>
                It cannot be taken from {api.owner}, only handed to another team.
              </Text>
            )}
          </div>
        ) : (
          <TextInput label="Owner" value={api.owner ?? 'Administrators only'} readOnly disabled />
        )}
        <TextInput label="Group" description="APIs that belong together, such as those of one product" {...text('group')} maxLength={128} />
      </Section>
      <Section title="Address" about="Where it is reached at the gateway. Changing it moves every operation: a breaking change.">
        <TextInput
          label="Base path"
          placeholder={`/${api.name}`}
          {...text('basePath')}
          error={errorAt(save.error, 'basePath') ?? (draft.basePath === undefined ? undefined : basePathProblem(draft.basePath))}
          spellCheck={false}
        />
      </Section>
      <Section title="Callers" about="Who may call it, what they have to show, and who lets them in.">
        <AuthFields
          value={auth}
          onChange={(choice) => put({ auth: fromAuthChoice(choice) })}
          fromDefinition
          error={errorAt(save.error, 'auth')}
          disabled={!may.edit}
        />
        <Select
          label="Requests for access"
          description="A team that asks to call it; it counts as soon as it is saved"
          data={[
            { value: 'owner', label: 'The owner decides' },
            { value: 'automatic', label: 'Approved at once' },
          ]}
          value={draft.approval ?? 'owner'}
          onChange={(approval) => put({ approval: approval === 'automatic' ? 'automatic' : undefined })}
          allowDeselect={false}
          disabled={!may.edit}
          maw={420}
        />
      </Section>
      <Section title="Backend" about="Where operations go that name no backend service of their own, and how long they are waited for.">
        <BackendPicker
          value={draft.backend ?? null}
          onChange={(backend) => put({ backend: backend ?? undefined })}
          error={errorAt(save.error, 'backend')}
          disabled={!may.edit}
        />
        <div className={classes.row}>
          {TIMEOUTS.map(({ name, label, usual, about }) => (
            <TextInput
              key={name}
              label={label}
              description={about}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              placeholder={usual}
              value={draft.timeouts?.[name] ?? ''}
              onChange={({ currentTarget }) => put({ timeouts: withTimeout(draft.timeouts, name, currentTarget.value.trim()) })}
              error={errorAt(save.error, 'timeouts', name) ?? durationProblem(draft.timeouts?.[name] ?? '')}
              disabled={!may.edit}
              spellCheck={false}
            />
          ))}
        </div>
      </Section>
      <Section
        title="Stage variables"
        about={
          <>
            Values that differ between environments. The definition uses them as <code>{'${stageVariables.name}'}</code>.
          </>
        }
      >
        <VariablesField
          value={draft.variables ?? {}}
          environments={environments}
          onChange={(variables) => put({ variables: Object.keys(variables).length === 0 ? undefined : variables })}
          errorAt={(environment, name) => errorAt(save.error, 'variables', environment, name)}
          disabled={!may.edit}
        />
      </Section>
      <Section
        title="Definition"
        about={
          <>
            What the document leaves open: values for <code>{'${name}'}</code> in it, and extensions that are skipped knowingly.
          </>
        }
      >
        <RecordField
          schema={{}}
          root={{}}
          member={{ type: 'string' }}
          path={['parameters']}
          label="Parameters"
          required={false}
          value={draft.parameters}
          onChange={(parameters) => put({ parameters: parameters as Record<string, string> | undefined })}
          problems={[]}
          readOnly={!may.edit}
        />
        <TagsInput
          label="Ignored extensions"
          description="x-amazon-apigateway extensions that are not acted on. Ignoring one that guards something opens it"
          value={[...(draft.ignoreExtensions ?? [])]}
          onChange={(names) => put({ ignoreExtensions: names.length === 0 ? undefined : names })}
          disabled={!may.edit}
          acceptValueOnBlur
        />
      </Section>
      <Section title="Errors" about="The form of what the gateway itself answers, such as 401 or 429.">
        <Select
          label="Form of errors"
          placeholder="As the definition suggests: problem, unless it is written for Amazon"
          data={PROFILES}
          value={draft.errorProfile ?? null}
          onChange={(profile) => put({ errorProfile: profile ?? undefined })}
          clearable
          disabled={!may.edit}
        />
      </Section>
      <SaveBar
        dirty={dirty}
        saving={save.isPending}
        error={save.error}
        blocked={wrong ? 'Something has to be mended above before it can be saved.' : undefined}
        onSave={() => save.mutate({ changes: body })}
        onSaveOver={() => save.mutate({ changes: body, over: true })}
        onDiscard={() => {
          setChanges({});
          save.reset();
        }}
      />
    </div>
  );
}

function withTimeout(timeouts: WrittenDraft['timeouts'], name: string, value: string): WrittenDraft['timeouts'] {
  const next = Object.entries({ ...timeouts, [name]: value }).filter(([, text]) => text !== '');
  return next.length === 0 ? undefined : Object.fromEntries(next);
}

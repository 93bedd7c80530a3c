import { Button, Group, Stack, Text } from '@mantine/core';
import { IconPlus, IconShieldCog } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { TabLoading } from '../../catalog/tab-loading.tsx';
import { ServerError } from '../../server/server-error.ts';
import { Failed } from '../../ui/failed.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import type { May } from '../apis/may.ts';
import { SaveBar } from '../apis/save-bar.tsx';
import type { Api } from '../apis/server/api.ts';
import { useSaveDraft } from '../apis/use-save-draft.ts';
import { fromPolicyUses, toWrittenDraft } from '../apis/written-draft.ts';
import { emptyValue } from '../schema-form/empty-value.ts';
import type { JsonSchema } from '../schema-form/json-schema.ts';
import { AddPolicy } from './add-policy.tsx';
import classes from './policies.module.css';
import { PolicyCard } from './policy-card.tsx';
import { checkPolicies, moved, type PolicyEntry, sortProblems } from './policy-entries.ts';
import { type PolicyKind, policiesQuery } from './server/policies.ts';
import { useDragOrder } from './use-drag-order.ts';

/** The policies of an API in their order, each with a form that is made from its schema. */
export function PoliciesTab({ api, may }: { api: Api; may: May }) {
  const kinds = useQuery(policiesQuery);
  if (kinds.isError) return <Failed error={kinds.error} retry={() => void kinds.refetch()} />;
  if (kinds.data === undefined) return <TabLoading />;
  return <Policies api={api} may={may} kinds={kinds.data} />;
}

function Policies({ api, may, kinds }: { api: Api; may: May; kinds: readonly PolicyKind[] }) {
  const written = useMemo(
    () => toWrittenDraft(api.draft).policies.map((use, index): PolicyEntry => ({ ...use, id: -1 - index })),
    [api.draft],
  );
  const [edited, setEdited] = useState<readonly PolicyEntry[]>();
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const [attempted, setAttempted] = useState(false);
  const [adding, setAdding] = useState(false);
  const lastId = useRef(0);
  const save = useSaveDraft(api, () => {
    setEdited(undefined);
    setAttempted(false);
  });
  const entries = edited ?? written;
  const own = useMemo(() => checkPolicies(entries, kinds), [entries, kinds]);
  const refused = useMemo(() => sortProblems(save.error instanceof ServerError ? save.error.problems : []), [save.error]);
  const dirty = edited !== undefined && JSON.stringify(fromPolicyUses(edited)) !== JSON.stringify(fromPolicyUses(written));
  const change = (next: readonly PolicyEntry[]) => {
    setEdited(next);
    // What was refused was another list: its places do not fit any more.
    if (save.isError) save.reset();
  };
  const drag = useDragOrder((from, to) => change(moved(entries, from, to)));
  const changes = { policies: fromPolicyUses(entries) };
  const toggle = (id: number) => setOpened((before) => before.symmetricDifference(new Set([id])));
  const open = (ids: number[]) => setOpened((before) => before.union(new Set(ids)));
  const submit = () => {
    setAttempted(true);
    open([...own.keys()].flatMap((index) => entries[index]?.id ?? []));
    if (own.size === 0) save.mutate({ changes }, { onError: () => open(entries.map(({ id }) => id)) });
  };
  const add = (kind: PolicyKind) => {
    const schema = kind.config as JsonSchema;
    lastId.current++;
    change([...entries, { id: lastId.current, name: kind.name, config: emptyValue(schema, schema) ?? {} }]);
    open([lastId.current]);
    setAdding(false);
  };
  const addButton = (
    <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
      Add a policy
    </Button>
  );
  return (
    <Stack gap="md" maw={940}>
      <Text c="dimmed">
        Requests pass them from top to bottom, responses from bottom to top. Those of gatehouse.yaml, which every API has, come before;
        those of the definition (<code>x-gatehouse-policies</code>) come after.
      </Text>
      {entries.length === 0 && (
        <div className={classes.empty}>
          <Nothing icon={IconShieldCog} title="No policies of its own" action={may.edit ? addButton : undefined}>
            A policy limits, checks or changes what passes through the gateway: rate limits, CORS, headers and others.
          </Nothing>
        </div>
      )}
      <ol className={classes.list}>
        {entries.map((entry, index) => (
          <PolicyCard
            key={entry.id}
            entry={entry}
            index={index}
            count={entries.length}
            kind={kinds.find(({ name }) => name === entry.name)}
            opened={opened.has(entry.id)}
            onToggle={() => toggle(entry.id)}
            onChange={(config) => change(entries.map((each) => (each.id === entry.id ? { ...each, config } : each)))}
            onMove={(to) => change(moved(entries, index, to))}
            onRemove={() => change(entries.filter(({ id }) => id !== entry.id))}
            problems={refused.byPolicy.get(index) ?? (attempted ? (own.get(index) ?? []) : [])}
            readOnly={!may.edit}
            drag={drag.of(index)}
          />
        ))}
      </ol>
      {may.edit && entries.length > 0 && <Group>{addButton}</Group>}
      <AddPolicy opened={adding} kinds={kinds} onAdd={add} onClose={() => setAdding(false)} />
      <SaveBar
        dirty={dirty}
        saving={save.isPending}
        error={save.error}
        blocked={attempted && own.size > 0 ? 'Something has to be mended above before it can be saved.' : undefined}
        onSave={submit}
        onSaveOver={() => save.mutate({ changes, over: true })}
        onDiscard={() => {
          setEdited(undefined);
          setAttempted(false);
          save.reset();
        }}
      />
    </Stack>
  );
}

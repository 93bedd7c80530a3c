import { Button, Group, Modal, Radio, Skeleton, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useMe } from '../../account/use-me.ts';
import { Failed } from '../../ui/failed.tsx';
import { NAME_RULE, nameProblem } from '../../ui/name-rule.ts';
import classes from './form/form.module.css';
import { OwnerField } from './owner-field.tsx';
import { backendQuery } from './server/backend.ts';
import { createBackend } from './server/create-backend.ts';
import { installationQuery } from './server/installation.ts';

export function NewBackend({ opened, onClose }: { opened: boolean; onClose(): void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="New backend service" size="lg" closeOnClickOutside={false}>
      <Form onClose={onClose} />
    </Modal>
  );
}

type Type = Parameters<typeof createBackend>[0]['body']['type'];

function Form({ onClose }: { onClose(): void }) {
  const me = useMe();
  const [name, setName] = useState('');
  const [type, setType] = useState<Type>();
  const [owner, setOwner] = useState(me.role === 'admin' ? '' : (me.teams[0] ?? ''));
  const [description, setDescription] = useState('');
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: (type: Type) =>
      createBackend({
        body: {
          name,
          type,
          ...(owner === '' ? {} : { owner }),
          ...(description.trim() === '' ? {} : { description: description.trim() }),
        },
      }),
    onSuccess: async (made) => {
      queryClient.setQueryData(backendQuery(made.name).queryKey, made);
      await navigate({ to: '/console/backends/$backend/{-$tab}', params: { backend: made.name } });
      await queryClient.invalidateQueries({ queryKey: ['backends', 'list'] });
    },
  });
  const wrong = name === '' ? undefined : nameProblem(name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (type !== undefined) create.mutate(type);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name"
          description={NAME_RULE}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value.trim())}
          error={wrong}
          required
          data-autofocus
          autoComplete="off"
          spellCheck={false}
        />
        <TypeChoice value={type} onChange={setType} />
        <OwnerField value={owner} onChange={setOwner} />
        <Textarea
          label="Description"
          description="What it is and who runs it"
          value={description}
          onChange={({ currentTarget }) => setDescription(currentTarget.value)}
          maxLength={2_000}
          autosize
          minRows={2}
        />
        {create.isError && <Failed error={create.error} title="It was not created" />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending} disabled={name === '' || wrong !== undefined || type === undefined}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The types that there are, with what each is for; what the region forbids is shown with that reason (B04). */
function TypeChoice({ value, onChange }: { value: Type | undefined; onChange(type: Type): void }) {
  const installation = useQuery(installationQuery);
  const region = installation.data?.region;
  if (installation.isError) return <Failed error={installation.error} retry={() => void installation.refetch()} />;
  return (
    <Radio.Group
      label="Type"
      description="It cannot be changed later. Where it leads is said afterwards, for each environment."
      value={value ?? ''}
      onChange={(chosen) => onChange(chosen as Type)}
      required
    >
      <div className={classes.kinds} style={{ marginTop: 8 }}>
        {installation.data === undefined
          ? Array.from({ length: 4 }, (_, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: they stand for nothing in particular
              <Skeleton key={index} height={78} />
            ))
          : installation.data.backendTypes.map(({ type, title, description, forbidden }) => (
              <Radio.Card key={type} value={type} className={classes.kind} disabled={forbidden}>
                <Group gap={8} wrap="nowrap" align="flex-start">
                  <Radio.Indicator disabled={forbidden} mt={1} />
                  <div>
                    <Text fw={550}>{title}</Text>
                    <Text size="xs" c="dimmed">
                      {forbidden
                        ? `Not allowed in ${region === null || region === undefined ? 'this region' : `the region ${region}`}`
                        : description}
                    </Text>
                  </div>
                </Group>
              </Radio.Card>
            ))}
      </div>
    </Radio.Group>
  );
}

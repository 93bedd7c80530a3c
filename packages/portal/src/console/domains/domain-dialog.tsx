import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ServerError } from '../../server/server-error.ts';
import { Failed } from '../../ui/failed.tsx';
import { MappingRow } from './mapping-row.tsx';
import { hostProblem, type Mapping, rowProblems } from './mappings.ts';
import type { Domain } from './server/domains.ts';
import { getDomain } from './server/get-domain.ts';
import { putDomain } from './server/put-domain.ts';

interface DomainDialogProps {
  /** Undefined: a new one. */
  domain: Domain | undefined;
  opened: boolean;
  onClose(): void;
}

/** Binds a host, or changes what its paths lead to. */
export function DomainDialog({ domain, opened, onClose }: DomainDialogProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={domain === undefined ? 'New domain' : `Paths of ${domain.host}`}
      size="xl"
      closeOnClickOutside={false}
    >
      <Form domain={domain} onClose={onClose} />
    </Modal>
  );
}

interface Row extends Mapping {
  /** Which row it is, whatever is typed in it. */
  id: number;
}

const EMPTY = { path: '', api: '', environment: '' };

function Form({ domain, onClose }: { domain: Domain | undefined; onClose(): void }) {
  const queryClient = useQueryClient();
  // What was seen when editing began: a change of somebody else is noticed by it.
  const [seen, setSeen] = useState(domain);
  const [host, setHost] = useState(domain?.host ?? '');
  const [rows, setRows] = useState<Row[]>(() => (domain?.mappings ?? [EMPTY]).map((mapping, id) => ({ ...mapping, id })));
  const mappings = rows.map(({ id: _, ...mapping }) => mapping);
  const save = useMutation({
    mutationFn: async () => {
      const params = { host };
      // Binding a host that is bound already would replace what its paths lead to.
      if (seen === undefined && (await isBound(host))) {
        throw new ServerError({
          status: 409,
          code: 'resource.exists',
          title: `${host} is bound already`,
          detail: 'Close this and edit it instead.',
        });
      }
      return putDomain({ params, body: { mappings }, ifMatch: seen?.version });
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['domains'] });
      onClose();
    },
    onError: async (error) => {
      if (!(error instanceof ServerError) || error.code !== 'version.stale') return;
      // Gone meanwhile: then it is made anew.
      const now = await getDomain({ params: { host } }).catch(() => undefined);
      setSeen(now);
      await queryClient.invalidateQueries({ queryKey: ['domains'] });
    },
  });
  const isStale = save.error instanceof ServerError && save.error.code === 'version.stale';
  const wrongHost = domain === undefined ? hostProblem(host) : undefined;
  const problems = rowProblems(mappings, save.error);
  const isTyped = mappings.every(({ api, environment }) => api !== '' && environment !== '');
  const isWrong = wrongHost !== undefined || rowProblems(mappings, null).some(({ path }) => path !== undefined);
  const change = (changed: Row[]) => {
    setRows(changed);
    // What the server said is about the rows as they were.
    if (!isStale) save.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {domain === undefined && (
          <TextInput
            label="Host"
            description="Without scheme and port, or *. and a host for every name below it. DNS has to lead it to the gateway; HTTPS needs a certificate for it."
            placeholder="api.example.com"
            value={host}
            onChange={({ currentTarget }) => {
              setHost(currentTarget.value.trim().toLowerCase());
              save.reset();
            }}
            error={wrongHost}
            required
            data-autofocus
            autoComplete="off"
            spellCheck={false}
          />
        )}
        <div>
          <Text fw={500}>Paths</Text>
          <Text size="xs" c="dimmed" mb="sm">
            The longest path that a request begins with wins, and is taken off before the API gets it. Empty: every other path.
          </Text>
          <Stack gap={8}>
            {rows.map((row, index) => (
              <MappingRow
                key={row.id}
                number={index + 1}
                mapping={row}
                problems={problems[index] ?? {}}
                onChange={(mapping) => change(rows.map((other) => (other.id === row.id ? { ...mapping, id: row.id } : other)))}
                onRemove={rows.length === 1 ? undefined : () => change(rows.filter(({ id }) => id !== row.id))}
              />
            ))}
          </Stack>
          <Button
            mt="sm"
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} />}
            onClick={() => change([...rows, { ...EMPTY, id: Math.max(...rows.map(({ id }) => id)) + 1 }])}
          >
            Add a path
          </Button>
        </div>
        {isStale ? (
          <Alert role="alert" color="yellow" title="Somebody changed it meanwhile">
            {seen === undefined ? (
              'It was deleted. Save again to bind it with the paths above.'
            ) : (
              <>
                It now has: {seen.mappings.map(({ path, api, environment }) => `/${path} → ${api} in ${environment}`).join(', ')}. Save
                again to put the paths above in their place.
              </>
            )}
          </Alert>
        ) : (
          save.isError && <Failed error={save.error} title="It was not saved" />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending} disabled={host === '' || isWrong || !isTyped}>
            {domain === undefined ? 'Bind' : 'Save'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

async function isBound(host: string): Promise<boolean> {
  try {
    await getDomain({ params: { host } });
    return true;
  } catch (error) {
    if (error instanceof ServerError && error.code === 'resource.not-found') return false;
    throw error;
  }
}

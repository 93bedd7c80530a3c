import { Box, Button, Group, Paper, Text, Title } from '@mantine/core';
import { IconPlugConnected, IconPlus, IconRoute } from '@tabler/icons-react';
import { useState } from 'react';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { TextLink } from '../../ui/links.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Time } from '../../ui/time.tsx';
import { useUrlState } from '../../ui/use-url-state.ts';
import { type Change, ChangeResult } from './change-result.tsx';
import { DefinitionEditor } from './definition-editor.tsx';
import { DefinitionView } from './definition-view.tsx';
import { RemoveDefinition } from './remove-definition.tsx';
import type { Backend } from './server/backend.ts';
import type { PublishedOn } from './server/undefine-backend.ts';

interface EnvironmentTabProps {
  backend: Backend;
  environment: string;
  mayChange: boolean;
}

/** The definition in an environment, and the APIs that are published there on it (B05). */
export function EnvironmentTab({ backend, environment, mayChange }: EnvironmentTabProps) {
  const [{ edit }, setUrl] = useUrlState();
  const [removing, setRemoving] = useState(false);
  const [change, setChange] = useState<Change>();
  const defined = backend.definitions[environment];
  const isEditing = mayChange && edit !== undefined;
  const begin = () => {
    setChange(undefined);
    setUrl({ edit: 'yes' }, { push: true });
  };
  const published = defined?.published ?? [];
  return (
    <Box maw={980}>
      {change !== undefined && <ChangeResult change={change} environment={environment} onClose={() => setChange(undefined)} />}
      <Group justify="space-between" mb="sm" mih={30}>
        <Title order={2} size="h3">
          Definition in {environment}
        </Title>
        {mayChange && !isEditing && defined !== undefined && (
          <Group gap="xs">
            <Button variant="subtle" color="red" size="xs" onClick={() => setRemoving(true)}>
              Remove
            </Button>
            <Button variant="default" size="xs" onClick={begin}>
              Edit
            </Button>
          </Group>
        )}
      </Group>
      {isEditing ? (
        <DefinitionEditor
          backend={backend}
          environment={environment}
          onCancel={() => setUrl({ edit: undefined })}
          onDone={(refreshed) => {
            setChange({ kind: 'defined', refreshed });
            setUrl({ edit: undefined });
          }}
        />
      ) : defined === undefined ? (
        <Paper>
          <Nothing
            icon={IconPlugConnected}
            title={`Not defined in ${environment}`}
            action={
              mayChange ? (
                <Button leftSection={<IconPlus size={16} />} onClick={begin}>
                  Create
                </Button>
              ) : undefined
            }
          >
            APIs that use it can be published to {environment} once it says where it leads there.
          </Nothing>
        </Paper>
      ) : (
        <Paper p="md">
          <DefinitionView definition={defined.definition} type={backend.type} />
          <Text size="xs" c="dimmed" mt="sm">
            Changed <Time at={defined.updatedAt} />
          </Text>
        </Paper>
      )}
      {(defined !== undefined || published.length > 0) && (
        <>
          <Title order={2} size="h3" mt="xl" mb="sm">
            Published in {environment}
          </Title>
          <DataTable
            label={`APIs published in ${environment} on ${backend.name}`}
            columns={COLUMNS}
            items={published}
            rowKey={({ api }) => api}
            rowHeight={40}
            empty={
              <Nothing icon={IconRoute} title={`No API is published in ${environment} on it`}>
                Changing or removing the definition affects nobody.
              </Nothing>
            }
          />
        </>
      )}
      {removing && (
        <RemoveDefinition
          backend={backend}
          environment={environment}
          opened={removing}
          onClose={() => setRemoving(false)}
          onDone={(unpublished) => {
            setRemoving(false);
            setChange({ kind: 'removed', unpublished });
          }}
        />
      )}
    </Box>
  );
}

const COLUMNS: Column<PublishedOn>[] = [
  {
    key: 'api',
    label: 'API',
    width: 'minmax(180px, 1fr)',
    cell: ({ api }) => (
      <TextLink to="/console/apis/$api/{-$tab}" params={{ api }} fw={550}>
        {api}
      </TextLink>
    ),
  },
  { key: 'revision', label: 'Revision', width: '120px', align: 'end', cell: ({ revision }) => revision },
];

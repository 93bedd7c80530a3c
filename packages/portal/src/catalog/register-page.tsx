import { Alert, Button, Group, List, Paper, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { entityPath } from '../search/entity-ref.ts';
import { Failed } from '../ui/failed.tsx';
import { TextLink } from '../ui/links.tsx';
import { Page } from '../ui/page.tsx';
import { refOf } from './entity.ts';
import { registerLocation } from './server/register-location.ts';

/** Makes a URL with catalog documents a source of the catalog: first look, then register. */
export function RegisterPage() {
  const [target, setTarget] = useState('');
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const look = useMutation({ mutationFn: () => registerLocation({ target: target.trim(), dryRun: true }) });
  const register = useMutation({
    mutationFn: () => registerLocation({ target: target.trim(), dryRun: false }),
    onSuccess: async ({ entities }) => {
      await queryClient.invalidateQueries({ queryKey: ['catalog'] });
      const [first] = entities;
      await navigate({ to: (first === undefined ? undefined : entityPath(refOf(first))) ?? '/operations/catalog' });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    register.reset();
    look.mutate();
  };
  const seen = look.data;
  return (
    <Page
      title="Register a location"
      crumbs={[
        <TextLink key="catalog" to="/catalog">
          Catalog
        </TextLink>,
      ]}
      description="The URL of a catalog-info.yaml, or of any document with entities in Backstage's format. It is read again at intervals, and changes appear by themselves."
    >
      <Stack maw={720}>
        <Paper p="lg">
          <form onSubmit={submit}>
            <Stack>
              <TextInput
                label="URL"
                type="url"
                required
                value={target}
                onChange={({ currentTarget }) => {
                  setTarget(currentTarget.value);
                  look.reset();
                }}
                placeholder="https://git.example.com/pets/catalog-info.yaml"
                data-autofocus
                autoComplete="off"
                spellCheck={false}
              />
              <Group justify="flex-end">
                <Button
                  type="submit"
                  variant={seen === undefined ? 'filled' : 'default'}
                  loading={look.isPending}
                  disabled={target.trim() === ''}
                >
                  Look what is there
                </Button>
              </Group>
            </Stack>
          </form>
        </Paper>
        {look.isError && <Failed error={look.error} title="It could not be read" />}
        {seen !== undefined && (
          <Paper p="lg">
            {seen.exists === true && (
              <Alert color="yellow" mb="md" title="It is registered already">
                Registering it again reads it again.
              </Alert>
            )}
            <Text fw={600} mb={6}>
              {seen.entities.length === 0
                ? 'There is no entity in it'
                : `It describes ${seen.entities.length} ${seen.entities.length === 1 ? 'entity' : 'entities'}`}
            </Text>
            <List size="sm" mb="md">
              {seen.entities.map((entity) => (
                <List.Item key={refOf(entity)}>{refOf(entity)}</List.Item>
              ))}
            </List>
            {register.isError && <Failed error={register.error} title="It was not registered" />}
            <Group justify="flex-end" mt="sm">
              <Button loading={register.isPending} disabled={seen.entities.length === 0} onClick={() => register.mutate()}>
                Register it
              </Button>
            </Group>
          </Paper>
        )}
      </Stack>
    </Page>
  );
}

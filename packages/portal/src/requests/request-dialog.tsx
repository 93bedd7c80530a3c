import { Alert, Button, Group, Modal, Select, Stack, Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useMe } from '../account/use-me.ts';
import { publicationQuery } from '../apis/server/publication.ts';
import { Failed } from '../ui/failed.tsx';
import { ButtonLink, TextLink } from '../ui/links.tsx';
import { publicationsQuery } from './server/publications.ts';
import { requestAccess } from './server/request-access.ts';
import { usableAppsQuery } from './server/usable-apps.ts';

interface RequestDialogProps {
  opened: boolean;
  onClose(): void;
  api: string | undefined;
  app: string | undefined;
}

/** Asks for an app to be let in by an API. */
export function RequestDialog({ opened, onClose, api, app }: RequestDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Request access" closeOnClickOutside={false}>
      {opened && <Form api={api} app={app} onClose={onClose} />}
    </Modal>
  );
}

function Form({ api: givenApi, app: givenApp, onClose }: Pick<RequestDialogProps, 'api' | 'app' | 'onClose'>) {
  const me = useMe();
  const [api, setApi] = useState<string | null>(givenApi ?? null);
  const [chosenApp, setApp] = useState<string | null>(givenApp ?? null);
  const [chosenEnvironment, setEnvironment] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const [words, setWords] = useState('');
  const [searched] = useDebouncedValue(words, 150);
  const apis = useQuery(publicationsQuery(searched === api ? '' : searched));
  const apps = useQuery(usableAppsQuery(''));
  const publication = useQuery({ ...publicationQuery(api ?? ''), enabled: api !== null });
  const queryClient = useQueryClient();
  const ask = useMutation({
    mutationFn: (chosen: { app: string; api: string; environment: string }) =>
      requestAccess({
        params: { name: chosen.app },
        body: { api: chosen.api, environment: chosen.environment, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) },
      }),
    onSettled: () => Promise.all(['access-requests', 'apps'].map((key) => queryClient.invalidateQueries({ queryKey: [key] }))),
  });
  const own = (apps.data?.items ?? []).filter(({ owner }) => me.owns(owner)).map(({ name }) => name);
  const apiNames = [...new Set([...(api === null ? [] : [api]), ...(apis.data?.items ?? []).map((item) => item.api)])];
  const environments = publication.data?.environments.map((live) => live.environment) ?? [];
  // Of one there is nothing to choose.
  const environment = chosenEnvironment ?? only(environments);
  const app = chosenApp ?? only(own);
  if (ask.data !== undefined) {
    const approved = ask.data.state === 'approved';
    return (
      <Stack>
        <Alert color={approved ? 'teal' : 'gate'} title={approved ? 'Approved' : 'Asked'}>
          {approved
            ? `${ask.data.app} may call ${ask.data.api} in ${ask.data.environment} within a second.`
            : `${ask.data.apiOwner ?? 'An administrator'} decides about it. You see the answer under Access requests.`}
        </Alert>
        <Group justify="flex-end" gap="xs">
          {approved && (
            <ButtonLink
              variant="default"
              to="/catalog/$namespace/$kind/$name/{-$tab}"
              params={{ namespace: 'default', kind: 'api', name: ask.data.api, tab: 'definition' }}
            >
              Try it
            </ButtonLink>
          )}
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (app !== null && api !== null && environment !== null) ask.mutate({ app, api, environment });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Select
          label="API"
          data={apiNames}
          value={api}
          onChange={(value) => {
            setApi(value);
            setEnvironment(null);
          }}
          searchable
          searchValue={words}
          onSearchChange={setWords}
          nothingFoundMessage="No published API has such a name"
          required
          data-autofocus={givenApi === undefined || undefined}
        />
        <Select
          label="Environment"
          data={environments}
          value={environment}
          onChange={setEnvironment}
          disabled={api === null || environments.length === 0}
          placeholder={environmentHint(api, publication.isFetching, environments.length)}
          required
        />
        <Select
          label="App"
          data={own}
          value={app}
          onChange={setApp}
          searchable
          required
          disabled={apps.isSuccess && own.length === 0}
          description={
            apps.isSuccess && own.length === 0 ? (
              <>
                You have no app yet.{' '}
                <TextLink to="/apps" search={{ new: 'yes', for: api ?? undefined }}>
                  Create one
                </TextLink>{' '}
                first.
              </>
            ) : undefined
          }
        />
        <Textarea
          label="Why"
          description="What you want to do, and how often you will call: it helps the owner to decide"
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
          maxLength={2_000}
          autosize
          minRows={2}
          data-autofocus={givenApi !== undefined || undefined}
        />
        {publication.data?.approval === 'automatic' && <Text c="dimmed">Requests for this API are approved at once.</Text>}
        {ask.isError && <Failed error={ask.error} title="It was not asked" />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={ask.isPending} disabled={app === null || api === null || environment === null}>
            Request access
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function only(values: readonly string[]): string | null {
  return values.length === 1 ? (values[0] ?? null) : null;
}

function environmentHint(api: string | null, reading: boolean, count: number): string | undefined {
  if (api === null) return 'Choose an API first';
  if (reading) return 'Reading…';
  return count === 0 ? 'It is not published anywhere' : undefined;
}

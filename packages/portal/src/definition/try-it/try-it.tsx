import { Button, Select, Stack, Text, Tooltip } from '@mantine/core';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { type KeyboardEvent, useState } from 'react';
import { useMe } from '../../account/use-me.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Failed } from '../../ui/failed.tsx';
import { MethodBadge } from '../contents/method-badge.tsx';
import type { ApiDocument } from '../document/api-document.ts';
import { preloadCodeEditor } from '../editor/lazy-code-editor.tsx';
import type { Operation } from '../openapi/operation.ts';
import { AppSelect } from './app-select.tsx';
import { BodyFields } from './body-fields.tsx';
import { CallResultView } from './call-result.tsx';
import { HeaderFields } from './header-fields.tsx';
import { acceptable } from './initial-form.ts';
import { ParameterFields } from './parameter-fields.tsx';
import classes from './try-it.module.css';
import { useCall } from './use-call.ts';
import type { RequestFormState } from './use-request-form.ts';

/** Where an API can be called from here. */
export interface TryTarget {
  api: string;
  environment: string;
  environments: readonly string[];
  onEnvironment(environment: string): void;
  /** Address of the API there, absolute. */
  url: string;
  /** Some or all operations want an authorized app. */
  needsApp: boolean;
}

interface TryItProps {
  document: ApiDocument;
  operation: Operation;
  target: TryTarget;
  state: RequestFormState;
  /** The request as a curl command. */
  curl: string;
  app: string | null;
  onApp(app: string | null): void;
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'QUERY']);

/** The form of an operation beside its description: fill in, execute, see what came of it and how. */
export function TryIt({ document, operation, target, state, curl, app, onApp }: TryItProps) {
  const me = useMe();
  const [attempted, setAttempted] = useState(false);
  const { form, setForm, reset, request, problems } = state;
  const { api, environment, environments, onEnvironment, url, needsApp } = target;
  const call = useCall();
  const mayCall = me.can('developer');
  const shown = attempted ? problems : problems.filter(({ message }) => message.startsWith('Bodies'));
  const sentUrl = `${url}${request.path}${request.query}`;
  const execute = () => {
    setAttempted(true);
    if (!mayCall || problems.length > 0 || call.running) return;
    preloadCodeEditor();
    call.start({ api, environment, app, url: sentUrl, request });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    execute();
  };
  const accepted = acceptable(operation);
  const unsendable = problems.some(({ message }) => message.startsWith('Bodies'));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are a second way to the button below
    <div className={classes.panel} onKeyDown={onKeyDown}>
      <Stack gap={14}>
        <div className={classes.where}>
          <Select
            size="xs"
            label="Environment"
            data={[...environments]}
            value={environment}
            onChange={(chosen) => chosen !== null && onEnvironment(chosen)}
            allowDeselect={false}
          />
          <AppSelect api={api} environment={environment} needed={needsApp} app={app} onChange={onApp} />
        </div>
        <ParameterFields
          document={document}
          parameters={operation.parameters}
          values={form.parameters}
          problems={shown}
          onChange={(id, value) => setForm({ ...form, parameters: { ...form.parameters, [id]: value } })}
        />
        {operation.body !== undefined && form.body !== undefined && (
          <BodyFields
            document={document}
            body={operation.body}
            value={form.body}
            problems={shown}
            onChange={(body) => setForm({ ...form, body })}
            onSubmit={execute}
          />
        )}
        {accepted.length > 1 && (
          <Select
            size="xs"
            label="Accept"
            data={accepted}
            value={form.accept ?? null}
            onChange={(accept) => setForm({ ...form, accept: accept ?? undefined })}
            allowDeselect={false}
          />
        )}
        <HeaderFields headers={form.headers} problems={shown} onChange={(headers) => setForm({ ...form, headers })} />
        <div className={classes.sent}>
          <MethodBadge method={request.method} />
          <span className={classes.sentUrl}>{sentUrl}</span>
          <CopyButton value={curl} what="as curl" />
        </div>
        <div className={classes.actions}>
          <Tooltip position="bottom" label={mayCall ? 'Ctrl-Enter' : 'It takes the role developer'}>
            <Button
              leftSection={<IconPlayerPlay size={15} />}
              onClick={execute}
              loading={call.running}
              data-disabled={!mayCall || unsendable || undefined}
              aria-disabled={!mayCall || unsendable}
              aria-keyshortcuts="Control+Enter"
            >
              Execute
            </Button>
          </Tooltip>
          {call.running ? (
            <>
              <Button variant="default" leftSection={<IconPlayerStop size={15} />} onClick={call.cancel}>
                Cancel
              </Button>
              <Text size="sm" c="dimmed" className="tabular" role="status">
                Waiting for the answer, {call.seconds} s
              </Text>
            </>
          ) : (
            <Button variant="subtle" color="gray" onClick={reset}>
              Reset
            </Button>
          )}
        </div>
        {!mayCall && (
          <Text size="sm" c="dimmed">
            Calling an API from here takes the role developer. The code samples work without it.
          </Text>
        )}
        {environment === 'production' && !SAFE.has(operation.method) && !call.running && call.view === undefined && (
          <Text size="xs" c="dimmed">
            This is a real call: what it changes is changed in production.
          </Text>
        )}
        {attempted && problems.length > 0 && !unsendable && (
          <Text size="sm" c="var(--bad)" role="alert">
            {problems.length === 1 ? 'Something has to be mended above' : `${problems.length} things have to be mended above`} before it can
            be sent.
          </Text>
        )}
      </Stack>
      {call.cancelled && (
        <Text size="sm" c="dimmed" mt="md" role="status">
          You cancelled it. The gateway may have sent it to the service already.
        </Text>
      )}
      {call.error !== undefined && (
        <div className={classes.result}>
          <Failed error={call.error} title="The call could not be made" retry={execute} />
        </div>
      )}
      {call.view !== undefined && <CallResultView {...call.view} />}
    </div>
  );
}

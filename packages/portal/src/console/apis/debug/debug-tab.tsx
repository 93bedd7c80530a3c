import { Select, Stack, Text } from '@mantine/core';
import { IconBug } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { publicationQuery } from '../../../apis/server/publication.ts';
import { environmentsQuery } from '../../../catalog/server/environments.ts';
import { TabLoading } from '../../../catalog/tab-loading.tsx';
import { useReadDefinition } from '../../../definition/reading/use-read-definition.ts';
import { AppSelect } from '../../../definition/try-it/app-select.tsx';
import { Failed } from '../../../ui/failed.tsx';
import { Nothing } from '../../../ui/nothing.tsx';
import { useUrlState } from '../../../ui/use-url-state.ts';
import { inOrder } from '../in-order.ts';
import type { May } from '../may.ts';
import type { Api } from '../server/api.ts';
import { revisionDefinitionQuery } from '../server/revision-definition.ts';
import classes from './debug.module.css';
import { DebugResultView } from './debug-result.tsx';
import { RequestForm } from './request-form.tsx';
import { useDebug } from './use-debug.ts';

/** Sends a request through the real gateway, and shows what each step did with it (B23). */
export function DebugTab({ api, may }: { api: Api; may: May }) {
  const environments = useQuery(environmentsQuery);
  const [{ in: asked }] = useUrlState();
  if (environments.isError) return <Failed error={environments.error} retry={() => void environments.refetch()} />;
  if (environments.data === undefined) return <TabLoading />;
  const order = environments.data.items.map(({ name }) => name);
  const published = inOrder(api.published, order);
  const live = published.find(({ environment }) => environment === asked) ?? published[0];
  if (live === undefined) {
    return (
      <Nothing icon={IconBug} title="There is nothing to debug yet">
        Requests are sent through the real gateway, so the API has to be published first. Publish it to {order[0]}, where nobody depends on
        it.
      </Nothing>
    );
  }
  return <Debug key={live.environment} api={api} may={may} live={live} environments={published.map(({ environment }) => environment)} />;
}

interface DebugProps {
  api: Api;
  may: May;
  live: Api['published'][number];
  environments: readonly string[];
}

function Debug({ api, may, live: { environment, revision }, environments }: DebugProps) {
  const [, setUrl] = useUrlState();
  const [app, setApp] = useState<string | null>(null);
  const publication = useQuery(publicationQuery(api.name));
  const text = useQuery(revisionDefinitionQuery(api.name, revision));
  const debug = useDebug(api.name);
  const here = publication.data?.environments.find((each) => each.environment === environment);
  return (
    <div className={classes.columns}>
      <Stack gap="md" className={classes.form}>
        <div className={classes.where}>
          <Select
            label="Environment"
            description={`Revision ${revision} is live there`}
            inputWrapperOrder={['label', 'input', 'description']}
            size="xs"
            data={[...environments]}
            value={environment}
            onChange={(chosen) => setUrl({ in: chosen ?? undefined })}
            allowDeselect={false}
          />
          {may.debug && <AppSelect api={api.name} environment={environment} needed={here?.auth === 'app'} app={app} onChange={setApp} />}
        </div>
        {text.isError ? (
          <Failed error={text.error} retry={() => void text.refetch()} />
        ) : text.data === undefined ? (
          <TabLoading />
        ) : (
          <Request
            text={text.data}
            url={here?.urls[0] ?? api.basePath}
            running={debug.running}
            why={may.debug ? undefined : 'Sending a request from here takes the role developer.'}
            onSend={(request) => debug.start({ environment, app, request })}
            onCancel={debug.cancel}
          />
        )}
      </Stack>
      <div className={classes.result} aria-live="polite">
        {debug.error !== undefined && <Failed error={debug.error} title="The request could not be sent" />}
        {debug.cancelled && <Text c="dimmed">You cancelled it. The gateway may have sent it to the backend service already.</Text>}
        {debug.debugged === undefined ? (
          debug.error === undefined && (
            <Nothing icon={IconBug} title="What happens to a request">
              Each step of the gateway says what it did: which route was found, who the caller was, what the policies decided, what the
              backend service was sent and what it answered.
            </Nothing>
          )
        ) : (
          <DebugResultView api={api.name} debugged={debug.debugged} />
        )}
      </div>
    </div>
  );
}

type RequestProps = Omit<Parameters<typeof RequestForm>[0], 'document' | 'index'> & { text: string };

function Request({ text, ...props }: RequestProps) {
  const read = useReadDefinition(text);
  if (read.error !== null) return <Failed error={read.error} title="The document of the revision cannot be read" />;
  if (read.data === undefined) return <TabLoading />;
  return <RequestForm {...props} document={read.data.document} index={read.data.openApi} />;
}

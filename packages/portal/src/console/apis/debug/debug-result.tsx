import { Alert, List, Tabs, Text } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { explainRefusal } from '../../../definition/try-it/explain-refusal.ts';
import { formatMs } from '../../../definition/try-it/format-size.ts';
import { HeaderTable, toHeaderList } from '../../../definition/try-it/header-table.tsx';
import { ResponseBody } from '../../../definition/try-it/response-body.tsx';
import { statusWords } from '../../../definition/try-it/status-words.ts';
import { TraceView } from '../../../definition/try-it/trace-view.tsx';
import { TextLink } from '../../../ui/links.tsx';
import classes from './debug.module.css';
import type { Debugged } from './use-debug.ts';

/** What came of a debugged request: the answer, what each step did, and what the backend service was sent. */
export function DebugResultView({ api, debugged }: { api: string; debugged: Debugged }) {
  const { environment, app, request, result } = debugged;
  const { response, trace, backendRequest } = result;
  const head = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer comes into view once
  useEffect(() => {
    void head.current?.scrollIntoView({ block: 'nearest' });
  }, [result]);
  const ms = trace.findLast(({ step }) => step === 'response')?.ms ?? trace.reduce((sum, entry) => sum + entry.ms, 0);
  const explanation = explainRefusal(result);
  return (
    <section aria-label="Result">
      <div ref={head} className={classes.head} role="status">
        <span className={`${classes.status} ${toneOf(response.status)}`}>
          {response.status === 0 ? 'No answer' : `${response.status} ${statusWords(response.status)}`}
        </span>
        <span className={`${classes.quiet} tabular`}>{formatMs(ms)}</span>
        <span className={classes.quiet}>
          {request.method} {request.path} in {environment}, {app === null ? 'without an app' : `as ${app}`}
        </span>
      </div>
      {explanation !== undefined && (
        <Alert color="yellow" p="sm" mb="md" icon={<IconInfoCircle size={18} />} title={explanation.meaning}>
          {explanation.needsAccess ? (
            <NoAccess api={api} app={app} environment={environment} />
          ) : (
            <Text>The trace below says which step answered, and why. Callers get the same answer.</Text>
          )}
        </Alert>
      )}
      <h2 className={classes.title}>Trace</h2>
      <TraceView trace={trace} ms={ms} />
      <Tabs defaultValue="body" mt="lg">
        <Tabs.List mb={10}>
          <Tabs.Tab value="body">Response</Tabs.Tab>
          <Tabs.Tab value="headers">Headers</Tabs.Tab>
          <Tabs.Tab value="backend" disabled={backendRequest === null}>
            Backend request
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="body">
          <ResponseBody {...response} contentType={response.headers['content-type']?.[0] ?? ''} label="Body of the response" />
        </Tabs.Panel>
        <Tabs.Panel value="headers">
          <HeaderTable label="Headers of the response" headers={toHeaderList(response.headers)} />
        </Tabs.Panel>
        {backendRequest !== null && (
          <Tabs.Panel value="backend">
            <Text c="dimmed" mb={6}>
              What the backend service was sent, without credentials.
            </Text>
            <div className={classes.sent}>
              <span className={classes.sentUrl}>
                {backendRequest.method} {backendRequest.url}
              </span>
            </div>
            <HeaderTable label="Headers of the backend request" headers={toHeaderList(backendRequest.headers)} />
            {backendRequest.body !== '' && (
              <div style={{ marginTop: 8 }}>
                <ResponseBody
                  {...backendRequest}
                  contentType={backendRequest.headers['content-type']?.[0] ?? ''}
                  label="Body of the backend request"
                />
              </div>
            )}
          </Tabs.Panel>
        )}
      </Tabs>
      {backendRequest === null && (
        <Text c="dimmed" mt="sm">
          The backend service was not asked.
        </Text>
      )}
    </section>
  );
}

/** B23: debugging as an app that may not call there fails exactly as its calls would. */
function NoAccess({ api, app, environment }: { api: string; app: string | null; environment: string }) {
  return (
    <>
      <Text>This is what a caller would get. To get through:</Text>
      <List size="sm" mt={4}>
        {app === null ? (
          <List.Item>
            Choose an app above that is authorized in {environment}: the request is then sent as that app, without its keys.
          </List.Item>
        ) : (
          <List.Item>
            Authorize {app} for {api} in {environment}:{' '}
            <TextLink to="/requests" search={{ new: api, app }}>
              request access
            </TextLink>{' '}
            for it and approve that, or choose another app above.
          </List.Item>
        )}
      </List>
    </>
  );
}

function toneOf(status: number): string {
  if (status === 0 || status >= 500) return classes.bad ?? '';
  return (status >= 400 ? classes.warn : classes.good) ?? '';
}

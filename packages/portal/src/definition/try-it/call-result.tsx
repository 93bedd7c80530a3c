import { Alert, Tabs, Text } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { CallResult } from '../server/call-api.ts';
import type { BuiltRequest } from './build-request.ts';
import { explainRefusal } from './explain-refusal.ts';
import { formatBytes, formatMs } from './format-size.ts';
import { HeaderTable, toHeaderList } from './header-table.tsx';
import { RequestAccess } from './request-access.tsx';
import { ResponseBody } from './response-body.tsx';
import { statusWords } from './status-words.ts';
import { TraceView } from './trace-view.tsx';
import classes from './try-it.module.css';

/** What came of a call, and what was sent. */
export interface CallView {
  api: string;
  sent: BuiltRequest;
  url: string;
  environment: string;
  app: string | null;
  result: CallResult;
}

/** An answer with what led to it, in view as soon as it is there. */
export function CallResultView({ api, sent, url, environment, app, result }: CallView) {
  const frame = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer comes into view once
  useEffect(() => {
    void frame.current?.scrollIntoView({ block: 'nearest' });
  }, [result]);
  const { response, trace, backendRequest, ms } = result;
  const explanation = explainRefusal(result);
  const contentType = response.headers['content-type']?.[0] ?? '';
  return (
    <section ref={frame} className={classes.result} aria-label="Response">
      <div className={classes.resultHead} role="status">
        <span className={`${classes.resultStatus} ${toneOf(response.status)}`}>
          {response.status === 0 ? 'No answer' : `${response.status} ${statusWords(response.status)}`}
        </span>
        <span className={`${classes.quiet} tabular`}>{formatMs(ms)}</span>
        {response.status !== 0 && <span className={`${classes.quiet} tabular`}>{sizeOf(response)}</span>}
        <span className={classes.quiet}>
          in {environment}, {app === null ? 'without an app' : `as ${app}`}
        </span>
      </div>
      {explanation !== undefined && (
        <Alert color="yellow" variant="light" p="sm" mb="sm" icon={<IconInfoCircle size={18} />} title={explanation.meaning}>
          <Text size="sm">{explanation.advice}</Text>
          {explanation.needsAccess && <RequestAccess api={api} app={app ?? undefined} />}
        </Alert>
      )}
      <Tabs defaultValue="body" classNames={{ tab: classes.tab ?? '' }}>
        <Tabs.List mb={8}>
          <Tabs.Tab value="body">Body</Tabs.Tab>
          <Tabs.Tab value="headers">Headers</Tabs.Tab>
          <Tabs.Tab value="trace">Trace</Tabs.Tab>
          <Tabs.Tab value="sent">Sent</Tabs.Tab>
          {backendRequest !== null && <Tabs.Tab value="backend">Backend</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="body">
          <ResponseBody {...response} contentType={contentType} label="Body of the response" />
        </Tabs.Panel>
        <Tabs.Panel value="headers">
          <HeaderTable label="Headers of the response" headers={toHeaderList(response.headers)} />
        </Tabs.Panel>
        <Tabs.Panel value="trace">
          <TraceView trace={trace} ms={ms} />
        </Tabs.Panel>
        <Tabs.Panel value="sent">
          <RequestView
            method={sent.method}
            url={url}
            headers={sent.headers}
            body={sent.body}
            bodyEncoding="utf8"
            truncated={false}
            label="what was sent"
          />
        </Tabs.Panel>
        {backendRequest !== null && (
          <Tabs.Panel value="backend">
            <RequestView {...backendRequest} headers={toHeaderList(backendRequest.headers)} label="what the backend was sent" />
          </Tabs.Panel>
        )}
      </Tabs>
    </section>
  );
}

interface RequestViewProps {
  method: string;
  url: string;
  headers: readonly (readonly [string, string])[];
  body: string | undefined;
  bodyEncoding: 'utf8' | 'base64';
  truncated: boolean;
  label: string;
}

function RequestView({ method, url, headers, body = '', bodyEncoding, truncated, label }: RequestViewProps) {
  const contentType = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  return (
    <>
      <div className={classes.sent}>
        <span className={classes.sentUrl}>
          {method} {url}
        </span>
      </div>
      {headers.length > 0 && <HeaderTable label={`Headers of ${label}`} headers={headers} />}
      {body !== '' && (
        <div style={{ marginTop: 8 }}>
          <ResponseBody
            body={body}
            bodyEncoding={bodyEncoding}
            truncated={truncated}
            contentType={contentType}
            label={`Body of ${label}`}
          />
        </div>
      )}
    </>
  );
}

function toneOf(status: number): string {
  if (status === 0 || status >= 500) return classes.bad ?? '';
  return (status >= 400 ? classes.warn : classes.good) ?? '';
}

function sizeOf({ body, bodyEncoding, truncated, headers }: CallResult['response']): string {
  const shown = bodyEncoding === 'base64' ? Math.floor((body.replace(/=+$/, '').length * 3) / 4) : new TextEncoder().encode(body).length;
  if (!truncated) return formatBytes(shown);
  const whole = Number(headers['content-length']?.[0]);
  return Number.isFinite(whole) ? formatBytes(whole) : `more than ${formatBytes(shown)}`;
}

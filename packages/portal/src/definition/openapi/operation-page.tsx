import { Anchor, Badge, SegmentedControl } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useMemo } from 'react';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { useUrlState } from '../../ui/use-url-state.ts';
import { MethodBadge } from '../contents/method-badge.tsx';
import type { ApiDocument } from '../document/api-document.ts';
import { CodeSamples } from '../samples/code-samples.tsx';
import type { SampleCall } from '../samples/sample-call.ts';
import { toCurl } from '../samples/to-curl.ts';
import { toSampleCall } from '../samples/to-sample-call.ts';
import { TryIt, type TryTarget } from '../try-it/try-it.tsx';
import { type FilledForms, useRequestForm } from '../try-it/use-request-form.ts';
import { ContentView } from './content-view.tsx';
import type { OperationEntry } from './index-openapi.ts';
import { readOperation } from './operation.ts';
import classes from './operation-page.module.css';
import { ParameterList } from './parameter-list.tsx';
import { ResponseList } from './response-list.tsx';
import { SecurityWords } from './security-words.tsx';

/** Where the operations of a document are called. */
export interface CallPlace {
  /** Absolute, without a slash at its end. */
  url: string;
  credential: SampleCall['credential'];
  /** The gateway through which they can be tried; undefined: they cannot be, for this reason. */
  target: TryTarget | undefined;
  why?: string;
}

interface OperationPageProps {
  document: ApiDocument;
  entry: OperationEntry;
  place: CallPlace;
  filled: FilledForms;
  app: string | null;
  onApp(app: string | null): void;
}

type Panel = 'read' | 'try' | 'code';

/** One operation: what it is, what it takes and answers, and beside it the form to try it and the code to call it. */
export function OperationPage({ document, entry, place, filled, app, onApp }: OperationPageProps) {
  const operation = useMemo(() => readOperation(document, entry), [document, entry]);
  const state = useRequestForm(document, operation, filled);
  const [url, setUrl] = useUrlState();
  const { target } = place;
  const panel: Panel = url.panel === 'code' ? 'code' : url.panel === 'try' && target !== undefined ? 'try' : 'read';
  const beside = panel === 'code' || target === undefined ? 'code' : 'try';
  const setPanel = (chosen: string) => setUrl({ panel: chosen === 'read' ? undefined : chosen });
  const sample = useMemo(() => {
    const own = operation.security[0]?.find((need) => need.credential !== undefined)?.credential;
    const credential = target === undefined || target.needsApp || app !== null ? (place.credential ?? own) : own;
    return toSampleCall({ document, operation, form: state.form, request: state.request, url: place.url, credential });
  }, [document, operation, state.form, state.request, place, target, app]);
  const { method, path, summary, deprecated, description, docs, parameters, body, responses, security } = operation;
  return (
    <article className={classes.page} aria-labelledby="operation-title">
      <div className={classes.columns}>
        <header className={classes.head}>
          <h2 id="operation-title" className={classes.title}>
            {summary ?? path} {deprecated && <Badge color="yellow">Deprecated</Badge>}
          </h2>
          <div className={classes.address}>
            <MethodBadge method={method} large />
            <span className={classes.path}>{path}</span>
            <CopyButton value={path} what="the path" />
          </div>
          <SegmentedControl
            className={classes.switch}
            size="sm"
            fullWidth
            aria-label="What is shown"
            data={[
              { value: 'read', label: 'Description' },
              ...(target === undefined ? [] : [{ value: 'try', label: 'Try it' }]),
              { value: 'code', label: 'Code' },
            ]}
            value={panel}
            onChange={setPanel}
          />
        </header>
        <div className={panel === 'read' ? classes.reading : `${classes.reading} ${classes.away}`}>
          {description !== undefined && <Markdown text={description} />}
          {docs !== undefined && (
            <Anchor href={docs.url} target="_blank" rel="noopener noreferrer" size="sm" mt={6} display="inline-block">
              {docs.description ?? 'More about it'} <IconExternalLink size={13} aria-hidden />
            </Anchor>
          )}
          <SecurityWords security={security} appIn={target?.needsApp === true ? target.environment : undefined} />
          {parameters.length > 0 && (
            <section className={classes.section}>
              <h3 className={classes.sectionTitle}>Parameters</h3>
              <ParameterList document={document} parameters={parameters} />
            </section>
          )}
          {body !== undefined && (
            <section className={classes.section}>
              <h3 className={classes.sectionTitle}>Request body{body.required ? '' : ', optional'}</h3>
              {body.description !== undefined && <Markdown text={body.description} quiet />}
              <ContentView document={document} contents={body.contents} direction="request" what="the request body" />
            </section>
          )}
          <section className={classes.section}>
            <h3 className={classes.sectionTitle}>Responses</h3>
            <ResponseList document={document} responses={responses} />
          </section>
        </div>
        <div className={panel === 'read' ? `${classes.panel} ${classes.away}` : classes.panel}>
          <div className={classes.panelHead}>
            {target === undefined ? (
              <span className={classes.why}>{place.why}</span>
            ) : (
              <SegmentedControl
                size="xs"
                aria-label="Try it or code"
                data={[
                  { value: 'try', label: 'Try it' },
                  { value: 'code', label: 'Code' },
                ]}
                value={beside}
                onChange={setPanel}
              />
            )}
          </div>
          {/* Both stay: what came of a call is still there after a look at the code. */}
          {target !== undefined && (
            <div hidden={beside !== 'try'}>
              <TryIt
                document={document}
                operation={operation}
                target={target}
                state={state}
                curl={toCurl(sample)}
                app={app}
                onApp={onApp}
              />
            </div>
          )}
          {beside === 'code' && <CodeSamples call={sample} />}
        </div>
      </div>
    </article>
  );
}

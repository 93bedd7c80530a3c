import { Button, SegmentedControl, Select } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useMemo } from 'react';
import { Failed } from '../ui/failed.tsx';
import { useUrlState } from '../ui/use-url-state.ts';
import classes from './definition.module.css';
import { type DefinitionFormat, fileNameOf, formatOf } from './definition-format.ts';
import { DefinitionLoading } from './definition-loading.tsx';
import { downloadText } from './download-text.ts';
import type { CallPlace } from './openapi/operation-page.tsx';
import { RawView } from './raw/raw-view.tsx';

/** What shows each format, loaded when there is such a definition. */
const LOADERS = {
  openapi: () => import('./openapi/openapi-definition.tsx'),
  asyncapi: () => import('./asyncapi/asyncapi-definition.tsx'),
  graphql: () => import('./graphql/graphql-definition.tsx'),
  protobuf: () => import('./protobuf/protobuf-definition.tsx'),
};

const OpenApiDefinition = lazy(() => LOADERS.openapi().then((module) => ({ default: module.OpenApiDefinition })));
const AsyncApiDefinition = lazy(() => LOADERS.asyncapi().then((module) => ({ default: module.AsyncApiDefinition })));
const GraphqlDefinition = lazy(() => LOADERS.graphql().then((module) => ({ default: module.GraphqlDefinition })));
const ProtobufDefinition = lazy(() => LOADERS.protobuf().then((module) => ({ default: module.ProtobufDefinition })));

/** What will show it is loaded while the text is on its way. A failure is told where it is needed. */
function preload(type: string): void {
  const format = formatOf(type, '');
  if (format !== 'text') LOADERS[format]().catch(() => undefined);
}

interface DefinitionBodyProps {
  query: UseQueryResult<string | object>;
  type: string;
  title: string;
  /** Where its operations are called; undefined: where the document says. */
  place: CallPlace | undefined;
  environments: { names: readonly string[]; chosen: string; onChoose(name: string): void; revision: number | undefined } | undefined;
}

/** A definition with what can be done with it as a whole: choose the environment, read it as it is written, download it. */
export function DefinitionBody({ query, type, title, place, environments }: DefinitionBodyProps) {
  const [url, setUrl] = useUrlState();
  const { data } = query;
  useEffect(() => preload(type), [type]);
  const text = useMemo(() => (data === undefined || typeof data === 'string' ? data : JSON.stringify(data, null, 2)), [data]);
  if (query.isError && text === undefined) return <Failed error={query.error} retry={() => query.refetch()} />;
  const format = text === undefined ? undefined : formatOf(type, text);
  const raw = url.view === 'source' || format === 'text';
  return (
    <div className={query.isPlaceholderData ? `${classes.frame} ${classes.coming}` : classes.frame} aria-busy={query.isPlaceholderData}>
      <div className={classes.bar}>
        {environments !== undefined && (
          <Select
            size="xs"
            aria-label="Environment"
            w={150}
            data={[...environments.names]}
            value={environments.chosen}
            onChange={(name) => name !== null && environments.onChoose(name)}
            allowDeselect={false}
          />
        )}
        {environments?.revision !== undefined && <span className={classes.quiet}>Revision {environments.revision}</span>}
        <span className={classes.spacer} />
        {format !== undefined && format !== 'text' && (
          <SegmentedControl
            size="xs"
            aria-label="How the definition is shown"
            data={[
              { value: 'reference', label: 'Reference' },
              { value: 'source', label: 'Source' },
            ]}
            value={raw ? 'source' : 'reference'}
            onChange={(view) => setUrl({ view: view === 'source' ? 'source' : undefined })}
          />
        )}
        <Button
          size="xs"
          variant="default"
          leftSection={<IconDownload size={14} />}
          disabled={text === undefined || format === undefined}
          onClick={() => text !== undefined && format !== undefined && downloadText(fileNameOf(title, format, text), text)}
        >
          Download
        </Button>
      </div>
      <Suspense fallback={<DefinitionLoading />}>
        {text === undefined || format === undefined ? (
          <DefinitionLoading />
        ) : raw ? (
          <RawView text={text} />
        ) : (
          <Reference format={format} text={text} place={place} />
        )}
      </Suspense>
    </div>
  );
}

function Reference({ format, text, place }: { format: DefinitionFormat; text: string; place: CallPlace | undefined }) {
  switch (format) {
    case 'openapi':
      return <OpenApiDefinition text={text} place={place} />;
    case 'asyncapi':
      return <AsyncApiDefinition text={text} />;
    case 'graphql':
      return <GraphqlDefinition text={text} />;
    case 'protobuf':
      return <ProtobufDefinition text={text} />;
    default:
      return <RawView text={text} />;
  }
}

import { useMemo, useRef, useState } from 'react';
import { ContentsLayout } from '../contents/contents-layout.tsx';
import type { ApiDocument } from '../document/api-document.ts';
import type { FilledForms } from '../try-it/use-request-form.ts';
import type { OpenApiIndex } from './index-openapi.ts';
import { toContentsIndex } from './openapi-contents.ts';
import { type CallPlace, OperationPage } from './operation-page.tsx';
import { Overview } from './overview.tsx';
import { SchemaPage } from './schema-page.tsx';

interface OpenApiViewProps {
  document: ApiDocument;
  index: OpenApiIndex;
  place: CallPlace;
}

const SCHEMA = 'schema ';

/** An OpenAPI document: `?operation=GET /pets/{id}` and `?schema=Pet` lead to what they say. */
export function OpenApiView({ document, index, place }: OpenApiViewProps) {
  const filled = useRef<FilledForms>(new Map());
  const [app, setApp] = useState<string | null>(null);
  const contents = useMemo(() => toContentsIndex(index), [index]);
  const render = (key: string) => {
    if (key.startsWith(SCHEMA)) {
      const name = key.slice(SCHEMA.length);
      return <SchemaPage key={key} document={document} at={index.schemasAt} name={name} />;
    }
    const entry = index.operations.find((operation) => operation.key === key);
    if (entry === undefined) return undefined;
    return <OperationPage key={key} document={document} entry={entry} place={place} filled={filled.current} app={app} onApp={setApp} />;
  };
  return (
    <ContentsLayout
      index={contents}
      toChoice={(key) => (key.startsWith(SCHEMA) ? ['schema', key.slice(SCHEMA.length)] : ['operation', key])}
      overview={() => (
        <Overview document={document} index={index} appIn={place.target?.needsApp === true ? place.target.environment : undefined} />
      )}
      render={render}
    />
  );
}

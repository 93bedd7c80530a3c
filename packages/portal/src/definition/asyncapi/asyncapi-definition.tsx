import { useMemo } from 'react';
import { ContentsLayout } from '../contents/contents-layout.tsx';
import type { ContentsIndex, ContentsItem } from '../contents/contents-rows.ts';
import { DefinitionLoading } from '../definition-loading.tsx';
import type { ApiDocument } from '../document/api-document.ts';
import { useReadDefinition } from '../reading/use-read-definition.ts';
import { Unreadable } from '../unreadable.tsx';
import { AsyncOperationView } from './async-operation-view.tsx';
import { AsyncOverview } from './async-overview.tsx';
import { type AsyncOperation, readAsyncOperations } from './asyncapi-model.ts';

/** The text of an AsyncAPI document, read and shown. */
export function AsyncApiDefinition({ text }: { text: string }) {
  const { data, error } = useReadDefinition(text);
  if (error !== null) return <Unreadable text={text} what="AsyncAPI" error={error} />;
  if (data === undefined) return <DefinitionLoading />;
  if (data.document.at(['asyncapi']) === undefined) {
    return <Unreadable text={text} what="AsyncAPI" error="It has no `asyncapi`, which says the version." />;
  }
  return <AsyncApiView document={data.document} />;
}

function AsyncApiView({ document }: { document: ApiDocument }) {
  const operations = useMemo(() => readAsyncOperations(document), [document]);
  const index = useMemo(() => toContentsIndex(operations), [operations]);
  return (
    <ContentsLayout
      index={index}
      toChoice={(key) => ['operation', key]}
      overview={() => <AsyncOverview document={document} operations={operations.length} />}
      render={(key) => {
        const operation = operations.find((each) => each.key === key);
        return operation === undefined ? undefined : <AsyncOperationView key={key} document={document} operation={operation} />;
      }}
    />
  );
}

function toContentsIndex(operations: readonly AsyncOperation[]): ContentsIndex {
  const groups = new Map<string, ContentsItem[]>();
  for (const { key, action, address, title, summary, description, tags } of operations) {
    const item: ContentsItem = {
      key,
      badge: action,
      title,
      detail: address,
      deprecated: false,
      words: [action, address, title, summary, key, ...tags].join(' ').toLowerCase(),
      about: (description ?? '').slice(0, 2_000).toLowerCase(),
    };
    for (const name of tags.length > 0 ? new Set(tags) : ['Operations']) groups.set(name, [...(groups.get(name) ?? []), item]);
  }
  return { what: 'operations', overview: true, groups: [...groups].map(([name, items]) => ({ name, items })) };
}

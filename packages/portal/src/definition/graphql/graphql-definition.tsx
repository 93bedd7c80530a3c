import { useMemo } from 'react';
import { ContentsLayout } from '../contents/contents-layout.tsx';
import type { ContentsIndex } from '../contents/contents-rows.ts';
import { Unreadable } from '../unreadable.tsx';
import { type GraphqlType, readGraphql } from './graphql-model.ts';
import { GraphqlTypeView } from './graphql-type-view.tsx';

const GROUPS: readonly (readonly [GraphqlType['kind'], string])[] = [
  ['query', 'Queries'],
  ['mutation', 'Mutations'],
  ['subscription', 'Subscriptions'],
  ['type', 'Types'],
  ['interface', 'Interfaces'],
  ['union', 'Unions'],
  ['input', 'Inputs'],
  ['enum', 'Enums'],
  ['scalar', 'Scalars'],
  ['directive', 'Directives'],
];

/** The text of a GraphQL schema, read and shown: its operations first, then its types. */
export function GraphqlDefinition({ text }: { text: string }) {
  const { types, error } = useMemo(() => tryRead(text), [text]);
  const index = useMemo(() => toContentsIndex(types), [types]);
  if (error !== undefined) return <Unreadable text={text} what="GraphQL" error={error} />;
  return <ContentsLayout index={index} toChoice={(key) => ['item', key]} render={(key) => <TypeOf types={types} name={key} />} />;
}

function TypeOf({ types, name }: { types: readonly GraphqlType[]; name: string | undefined }) {
  const type = types.find(({ key }) => key === name);
  return type === undefined ? <p>The schema is empty.</p> : <GraphqlTypeView key={name} type={type} types={types} />;
}

function tryRead(text: string): { types: readonly GraphqlType[]; error: unknown } {
  try {
    return { types: readGraphql(text), error: undefined };
  } catch (error) {
    return { types: [], error };
  }
}

function toContentsIndex(types: readonly GraphqlType[]): ContentsIndex {
  const groups = GROUPS.map(([kind, name]) => ({
    name,
    items: types
      .filter((type) => type.kind === kind)
      .map((type) => ({
        key: type.key,
        badge: undefined,
        title: type.name,
        detail: undefined,
        deprecated: type.deprecated !== undefined,
        words: `${type.kind} ${type.name} ${type.fields.map((field) => field.name).join(' ')}`.toLowerCase(),
        about: (type.description ?? '').slice(0, 2_000).toLowerCase(),
      })),
  }));
  return { what: 'operations and types', overview: false, groups: groups.filter(({ items }) => items.length > 0) };
}

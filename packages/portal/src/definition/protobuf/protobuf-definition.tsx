import { useMemo } from 'react';
import { ContentsLayout } from '../contents/contents-layout.tsx';
import type { ContentsIndex } from '../contents/contents-rows.ts';
import { Unreadable } from '../unreadable.tsx';
import { DeclarationView } from './declaration-view.tsx';
import { type ProtoDeclaration, type ProtoFile, readProtobuf } from './protobuf-model.ts';

const GROUPS: readonly (readonly [ProtoDeclaration['kind'], string])[] = [
  ['service', 'Services'],
  ['message', 'Messages'],
  ['enum', 'Enums'],
];

/** The text of a file of protocol buffers, read and shown: its services first. */
export function ProtobufDefinition({ text }: { text: string }) {
  const { file, error } = useMemo(() => tryRead(text), [text]);
  const index = useMemo(() => toContentsIndex(file), [file]);
  if (file === undefined) return <Unreadable text={text} what="protocol buffers" error={error} />;
  const view = (key: string | undefined) => {
    const declaration = file.declarations.find((each) => each.key === key);
    return declaration === undefined ? (
      <p>The file declares nothing.</p>
    ) : (
      <DeclarationView key={key} declaration={declaration} file={file} />
    );
  };
  return <ContentsLayout index={index} toChoice={(key) => ['item', key]} render={view} />;
}

function tryRead(text: string): { file: ProtoFile | undefined; error: unknown } {
  try {
    return { file: readProtobuf(text), error: undefined };
  } catch (error) {
    return { file: undefined, error };
  }
}

function toContentsIndex(file: ProtoFile | undefined): ContentsIndex {
  const declarations = file?.declarations ?? [];
  const groups = GROUPS.map(([kind, name]) => ({
    name,
    items: declarations
      .filter((declaration) => declaration.kind === kind)
      .map(({ key, name, fullName, comment, deprecated, methods, fields }) => ({
        key,
        badge: undefined,
        title: name,
        detail: undefined,
        deprecated,
        words: [fullName, ...methods.map((method) => method.name), ...fields.map((field) => field.name)].join(' ').toLowerCase(),
        about: (comment ?? '').slice(0, 2_000).toLowerCase(),
      })),
  }));
  return { what: 'services and messages', overview: false, groups: groups.filter(({ items }) => items.length > 0) };
}

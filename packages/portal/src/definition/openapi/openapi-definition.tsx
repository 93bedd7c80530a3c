import { useMemo } from 'react';
import { DefinitionLoading } from '../definition-loading.tsx';
import type { ApiDocument } from '../document/api-document.ts';
import { useReadDefinition } from '../reading/use-read-definition.ts';
import { Unreadable } from '../unreadable.tsx';
import { readAbout } from './about.ts';
import { OpenApiView } from './openapi-view.tsx';
import type { CallPlace } from './operation-page.tsx';

/** The text of an OpenAPI document, read and shown. */
export function OpenApiDefinition({ text, place }: { text: string; place: CallPlace | undefined }) {
  const { data, error } = useReadDefinition(text);
  const document = data?.document;
  const own = useMemo(() => (document === undefined ? undefined : ownPlace(document)), [document]);
  if (error !== null) return <Unreadable text={text} what="OpenAPI" error={error} />;
  if (data === undefined || own === undefined) return <DefinitionLoading />;
  if (data.openApi === undefined) {
    return <Unreadable text={text} what="OpenAPI" error="It has neither `openapi` nor `swagger`, which say the version." />;
  }
  return <OpenApiView document={data.document} index={data.openApi} place={place ?? own} />;
}

/** Where a document says that it is served, for code samples. */
function ownPlace(document: ApiDocument): CallPlace {
  const [server] = readAbout(document).servers;
  const url = URL.parse(server?.url ?? '', window.location.origin)?.href ?? 'https://api.example.com';
  return {
    url: url.replace(/\/+$/, ''),
    credential: undefined,
    target: undefined,
    why: 'It is not published at the gateway, so it cannot be tried from here.',
  };
}

import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ApiDocument } from '../document/api-document.ts';
import type { OpenApiIndex } from '../openapi/index-openapi.ts';
import { readBeside } from './read-beside.ts';

export interface ReadDocument {
  document: ApiDocument;
  openApi: OpenApiIndex | undefined;
}

/** A text that was read as a definition once; with the same text again, it is there at once. */
export function useReadDefinition(text: string) {
  const key = useMemo(() => fingerprint(text), [text]);
  return useQuery<ReadDocument>({
    queryKey: ['read-definition', key],
    queryFn: async ({ signal }) => {
      const { parts, openApi } = await readBeside(text, signal);
      return { document: new ApiDocument(parts), openApi };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 5 * 60_000,
    structuralSharing: false,
    placeholderData: (before) => before,
    retry: false,
    networkMode: 'always',
  });
}

/** Tells texts apart within one page (FNV-1a); a text of megabytes would be hashed as a key again and again. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let position = 0; position < text.length; position++) hash = Math.imul(hash ^ text.charCodeAt(position), 0x01000193);
  return `${text.length} ${hash >>> 0}`;
}

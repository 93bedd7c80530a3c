import { queryOptions } from '@tanstack/react-query';
import { requestText } from '../../../server/operation.ts';

/** The text (JSON) of the document of a revision; it never changes. */
export function revisionDefinitionQuery(name: string, revision: number) {
  return queryOptions({
    queryKey: ['apis', 'revision', name, revision, 'definition'],
    queryFn: ({ signal }) => requestText(`/api/v1/apis/${encodeURIComponent(name)}/definition?revision=${revision}`, signal),
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  });
}

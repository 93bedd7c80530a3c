import type { ApiDocument } from '../document/api-document.ts';
import { mergeSchema } from '../schema/merge-schema.ts';

/** A property that holds a file, in the words of OpenAPI 2, 3.0 and 3.1. */
export function isFile(document: ApiDocument, schema: unknown): boolean {
  const { words } = mergeSchema(document, schema);
  return words.format === 'binary' || words.type === 'file' || words.contentMediaType === 'application/octet-stream';
}

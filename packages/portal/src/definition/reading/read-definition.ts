import { ApiDocument } from '../document/api-document.ts';
import { type DocumentParts, toParts } from '../document/document-parts.ts';
import type { Fields } from '../document/value.ts';
import { indexOpenApi, type OpenApiIndex } from '../openapi/index-openapi.ts';
import { parseText, UnreadableError } from './parse-text.ts';

/** A definition that was read: its pieces, and of an OpenAPI document what it lists. */
export interface ReadDefinition {
  parts: DocumentParts;
  openApi: OpenApiIndex | undefined;
}

/** Reads a definition, in the page or in a worker. Rejects with `UnreadableError`. */
export async function readDefinition(text: string): Promise<ReadDefinition> {
  return readRoot(await parseText(text));
}

function readRoot(root: Fields): ReadDefinition {
  const parts = takeApart(root);
  const document = new ApiDocument(parts);
  const isOpenApi = document.at(['openapi']) !== undefined || document.at(['swagger']) !== undefined;
  return { parts, openApi: isOpenApi ? indexOpenApi(document) : undefined };
}

function takeApart(root: Fields): DocumentParts {
  try {
    return toParts(root);
  } catch (error) {
    if (error instanceof RangeError) throw new UnreadableError('The definition is nested too deeply, or too large.');
    if (error instanceof TypeError) throw new UnreadableError('The definition holds itself: one of its aliases (*name) leads in a circle.');
    throw error;
  }
}

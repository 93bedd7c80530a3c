import type { Place } from '@gatehouse/contract';
import { CATALOG_PROCESSING_STATUS, type StatusItem } from '../model/index.ts';
import type { SourceDocument } from '../store/catalog-store.ts';

/** What is wrong with one document, for the entity and for its source. */
export interface ProcessingProblem {
  name: string;
  message: string;
  place?: Place | undefined;
}

/** Longer texts quote the document. */
const MESSAGE_CHARS_MAX = 1_000;

export function toStatus(problems: readonly ProcessingProblem[]): StatusItem[] {
  return problems.map(({ name, message, place }) => {
    const where = place === undefined ? '' : ` (line ${place.line}, column ${place.column} of ${place.file})`;
    const text = shorten(message);
    return {
      type: CATALOG_PROCESSING_STATUS,
      level: 'error',
      message: `${name}: ${text}${where}`,
      error: { name, message: text },
    };
  });
}

export function toSourceDocument(ref: string | undefined, problems: readonly ProcessingProblem[]): SourceDocument {
  const shown = problems.map(({ name, message, place }) => ({
    message: `${name}: ${shorten(message)}`,
    ...(place === undefined ? {} : { line: place.line, column: place.column }),
  }));
  return { ...(ref === undefined ? {} : { ref }), ...(shown.length === 0 ? {} : { problems: shown }) };
}

function shorten(text: string): string {
  return text.length <= MESSAGE_CHARS_MAX ? text : `${text.slice(0, MESSAGE_CHARS_MAX)}…`;
}

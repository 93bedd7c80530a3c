import { hashContent } from '../snapshot/revision-content.ts';

/**
 * The hash by which revisions are told apart: of what gateways run and of the document that people read. A sentence that was corrected
 * in the document is a new revision too.
 */
export function hashRevision(content: string, document: string): string {
  return hashContent(`${content}\n${document}`);
}

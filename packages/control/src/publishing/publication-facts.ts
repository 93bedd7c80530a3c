import type { RevisionContent } from '../snapshot/revision-content.ts';

/** Columns of a publication: what its revision says of itself, which everybody may see where the draft's is its owner's. */
export interface PublicationFacts {
  title: string | null;
  description: string | null;
  document_version: string | null;
  /** `app`: some or all operations want an authorized app. */
  auth: 'none' | 'app';
  /** 1: reachable through its own domains only. */
  domains_only: 0 | 1;
}

const TITLE_LENGTH_MAX = 500;
const DESCRIPTION_LENGTH_MAX = 2_000;
const VERSION_LENGTH_MAX = 200;

/** `document`: the revision's OpenAPI document, JSON. */
export function publicationFacts({ revision }: RevisionContent, document: string): PublicationFacts {
  const { info } = JSON.parse(document) as { info?: Record<string, unknown> | null };
  const asksForApp = revision.routes.some(({ authentication = revision.authentication ?? null }) => authentication !== null);
  return {
    title: textOf(info?.title, TITLE_LENGTH_MAX),
    description: textOf(info?.description, DESCRIPTION_LENGTH_MAX),
    document_version: textOf(info?.version, VERSION_LENGTH_MAX),
    auth: asksForApp ? 'app' : 'none',
    domains_only: revision.domainsOnly === true ? 1 : 0,
  };
}

/** As the databases store it: PostgreSQL has no NUL, which JSON can hold, and a cut may go through the middle of a character. */
function textOf(value: unknown, lengthMax: number): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' ? text.replaceAll('\0', '').slice(0, lengthMax).toWellFormed() : null;
}

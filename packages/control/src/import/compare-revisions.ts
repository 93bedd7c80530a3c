import type { DefinitionChange, DefinitionDiff } from '@gatehouse/contract';
import { diffDefinitions, type OpenApiDocument } from '@gatehouse/documents';
import type { RevisionContent } from '../snapshot/revision-content.ts';
import { compareContents } from './compare-contents.ts';
import { replaceBackends } from './replace-backends.ts';

/** What is compared of a revision, as it is stored: JSON texts. */
export interface RevisionTexts {
  content: string;
  document: string;
  /** Names of the backend services that it uses, by id, as far as they still exist. */
  backends: Record<string, string>;
}

export type RevisionDiff = DefinitionDiff;

/** What extensions of the document say to the gateway is compared as the gateway understands it, and told once. */
const TOLD_BY_CONTENT: ReadonlySet<string> = new Set(['integration-changed', 'policies-changed']);

/** What one revision changed against another, for callers (the definition) and at the gateway; breaking changes first. */
export function compareRevisions(before: RevisionTexts, after: RevisionTexts): RevisionDiff {
  const gateway = compareContents(withNames(before), withNames(after));
  const definition =
    before.document === after.document
      ? { breaking: false, changes: [] }
      : diffDefinitions(JSON.parse(before.document) as OpenApiDocument, JSON.parse(after.document) as OpenApiDocument);
  const told = definition.changes.filter((change) => !TOLD_BY_CONTENT.has(change.rule));
  const changes: DefinitionChange[] = [...gateway.changes, ...told];
  return {
    breaking: definition.breaking || gateway.breaking,
    changes: [...changes.filter((change) => change.breaking), ...changes.filter((change) => !change.breaking)],
  };
}

function withNames({ content, backends }: RevisionTexts): RevisionContent {
  return replaceBackends(JSON.parse(content) as RevisionContent, (id) => backends[id] ?? id);
}

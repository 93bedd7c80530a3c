import { hasErrors, mayBeMocked, type PolicyUse, type Problem } from '@gatehouse/contract';
import type { apis } from '@gatehouse/contract/management';
import { createPolicyEntrySchema, type ImportedDefinition, importDefinition, validatePolicies } from '@gatehouse/documents';
import { POLICY_KINDS } from '@gatehouse/gateway';
import type { z } from 'zod';
import { backendsOf, type RevisionContent } from '../snapshot/revision-content.ts';
import { toTimeouts } from '../snapshot/to-definition.ts';
import { checkCompiles } from './check-compiles.ts';
import { DEFINITION_PATH, type DefinitionSource, readDefinitionSource } from './definition-source.ts';
import { hashRevision } from './hash-revision.ts';
import { replaceBackends } from './replace-backends.ts';
import { unknownBackends } from './unknown-backends.ts';
import { withoutPlaces } from './without-places.ts';

export type ApiDraft = z.output<typeof apis.apiDraft>;

export interface DraftToImport {
  name: string;
  owner: string | null;
  draft: ApiDraft;
  /** Those that every API of the installation has: a draft's policies may build on what they provide. */
  globalPolicies: PolicyUse[];
}

/** A draft as it is stored. */
export interface ImportedDraft {
  title: string | null;
  basePath: string;
  /** JSON of `RevisionContent`. */
  content: string;
  /** The bundled OpenAPI document (JSON). */
  document: string;
  /** See `hashRevision`. */
  hash: string;
  operations: number;
  /** Ids of the backend services that it uses. */
  backends: string[];
}

export interface ImportOutcome {
  /** Undefined when there are errors among the problems. */
  imported: ImportedDraft | undefined;
  /** Paths lead from the request: `['body', 'definition', 'paths', …]`, `['body', 'policies', 0, …]`. */
  problems: Problem[];
}

/** What a draft has to know of a backend service. */
export interface ResolvedBackend {
  id: string;
  type: string;
}

/** The backend services of these names; those that do not exist for the caller are left out. */
export type ResolveBackends = (names: string[]) => Promise<ReadonlyMap<string, ResolvedBackend>>;

const policyEntry = createPolicyEntrySchema(POLICY_KINDS);

/** Turns the draft of an API into what would be published. Never throws for what is written in it: every problem comes back, at once. */
export async function importDraft(input: DraftToImport, resolveBackends: ResolveBackends): Promise<ImportOutcome> {
  const { draft } = input;
  const { policies, issues } = validatePolicies(draft.policies, policyEntry);
  const problems = issues.map(
    ({ path, message }): Problem => ({ severity: 'error', code: 'config.invalid', message, path: ['body', 'policies', ...path] }),
  );
  const read = readDefinitionSource(draft.definition);
  problems.push(...read.problems.map(inDefinition));
  if (read.source === undefined) return { imported: undefined, problems };
  const options = toImportOptions(draft, read.source);
  const result = await importDefinition(options);
  problems.push(...result.problems.map(inDefinition));
  if (result.definition === undefined || hasErrors(problems)) return { imported: undefined, problems };

  let { definition } = result;
  const names = backendsOf(toContent(input, policies, definition));
  const backends = await resolveBackends(names);
  const unknown = new Set(names.filter((name) => !backends.has(name)));
  if (unknown.size > 0) {
    problems.push(...unknownBackends(unknown, draft.backend, read.source));
    return { imported: undefined, problems };
  }
  const mocked = new Set(names.filter((name) => mayBeMocked(backends.get(name)?.type ?? '')));
  // Only now it is known which operations have to bring their examples.
  if (mocked.size > 0) definition = (await importDefinition({ ...options, exampleBackends: mocked })).definition ?? definition;
  const content = toContent(input, policies, definition);
  problems.push(...checkCompiles(content, input.globalPolicies).map(inDefinition));
  if (hasErrors(problems)) return { imported: undefined, problems };

  const stored = replaceBackends(withoutPlaces(content), (name) => backends.get(name)?.id ?? name);
  const contentText = JSON.stringify(stored);
  const documentText = JSON.stringify(definition.document);
  const imported: ImportedDraft = {
    title: draft.title ?? titleOf(definition.title),
    basePath: content.revision.basePath,
    content: contentText,
    document: documentText,
    hash: hashRevision(contentText, documentText),
    operations: content.revision.routes.length,
    backends: backendsOf(stored),
  };
  return { imported, problems };
}

/** As every database stores it: JSON can hold a NUL and halves of characters, which PostgreSQL has not. */
function titleOf(text: string): string | null {
  const title = text.replaceAll('\0', '').toWellFormed();
  return title === '' ? null : title;
}

function toImportOptions(draft: ApiDraft, source: DefinitionSource) {
  return {
    definition: source.value,
    baseDir: '/',
    fileReferences: false,
    parameters: draft.parameters,
    environments: draft.variables,
    ignoreExtensions: draft.ignoreExtensions,
    validatePolicies: (value: unknown) => validatePolicies(value, policyEntry),
    ...(source.places === undefined ? {} : { inlineSource: source.places }),
    ...(draft.backend === undefined ? {} : { backend: draft.backend }),
    ...(draft.auth === undefined ? {} : { auth: draft.auth }),
    ...(draft.errorProfile === undefined ? {} : { errorProfile: draft.errorProfile }),
  };
}

/** What would be published of an API. */
export function toContent({ name, owner, draft }: DraftToImport, policies: PolicyUse[], definition: ImportedDefinition): RevisionContent {
  return {
    revision: {
      api: name,
      basePath: draft.basePath ?? `/${name}`,
      errorProfile: definition.errorProfile,
      timeouts: toTimeouts(draft.timeouts),
      // What the document says about every operation is nearer to the API's heart than what surrounds it, so it runs inside.
      policies: [...policies, ...definition.policies],
      authentication: definition.authentication,
      routes: definition.routes,
      ...(owner === null ? {} : { owner }),
      ...(definition.domainsOnly ? { domainsOnly: true } : {}),
    },
    variables: draft.variables,
  };
}

/** Paths of problems lead from the request, in whose body the definition is one member. */
function inDefinition(problem: Problem): Problem {
  return problem.path === undefined ? problem : { ...problem, path: [...DEFINITION_PATH, ...problem.path] };
}

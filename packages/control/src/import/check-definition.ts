import { authSetting, hasErrors, type PolicyUse, type Problem } from '@gatehouse/contract';
import { apis } from '@gatehouse/contract/management';
import { createPolicyEntrySchema, type ImportOptions, importDefinition, validatePolicies } from '@gatehouse/documents';
import { POLICY_KINDS } from '@gatehouse/gateway';
import type { z } from 'zod';
import { backendsOf } from '../snapshot/revision-content.ts';
import { checkCompiles } from './check-compiles.ts';
import { DEFINITION_PATH, type DefinitionSource, readDefinitionSource } from './definition-source.ts';
import { type ResolveBackends, toContent } from './import-draft.ts';
import { isRecord, listOperations, type OperationInDefinition, textOrNull } from './list-operations.ts';
import { unknownBackends } from './unknown-backends.ts';

/** A document that is to be looked at and not to be saved. */
export interface DefinitionToCheck {
  text: string;
  /** Where it was read, when it was: references are relative to it. */
  url: string | null;
  /** Other documents by URL, as far as they have been read, or why they cannot be. */
  documents: ReadonlyMap<string, { text: string } | { refused: string }>;
  globalPolicies: PolicyUse[];
  /** Of the draft that it is for; other keys of it do not matter. */
  settings: CheckSettings;
}

/** What a draft says about how its definition is read. */
export type CheckSettings = Partial<Pick<z.input<typeof apis.apiDraft>, 'parameters' | 'ignoreExtensions' | 'auth' | 'errorProfile'>>;

export interface CheckedDefinition {
  /** What could be saved as a draft, with what other documents have of it; null when it cannot be read. */
  definition: Record<string, unknown> | null;
  title: string | null;
  version: string | null;
  operations: OperationInDefinition[];
  /** Paths lead from the document. */
  problems: Problem[];
  /** URLs of documents that it refers to and that have not been read. */
  wanted: string[];
}

const policyEntry = createPolicyEntrySchema(POLICY_KINDS);

/** Stands for the backend service that the API will be given: that it has none yet is no fault of the document. */
const STAND_IN = 'the-backend-of-the-api';

/** Says what is in a document and all that saving it as a draft would find wrong. Never throws for what is written in it. */
export async function checkDefinition(input: DefinitionToCheck, resolveBackends: ResolveBackends): Promise<CheckedDefinition> {
  const read = readDefinitionSource(input.text);
  if (read.source === undefined) return describe(null, read.problems, []);
  const { source } = read;
  const wanted = new Set<string>();
  const options = toOptions(input, source, wanted);
  const result = await importDefinition(options);
  const problems = [...result.problems];
  if (result.definition !== undefined && !hasErrors(problems)) {
    const { auth } = input.settings;
    const draft = apis.apiDraft.parse({ definition: {}, backend: STAND_IN, ...(auth === undefined ? {} : { auth }) });
    const content = toContent({ name: 'draft', owner: null, draft, globalPolicies: input.globalPolicies }, [], result.definition);
    const names = backendsOf(content).filter((name) => name !== STAND_IN);
    const known = names.length === 0 ? new Map() : await resolveBackends(names);
    const unknown = new Set(names.filter((name) => !known.has(name)));
    if (unknown.size > 0) problems.push(...unknownBackends(unknown, undefined, source).map(fromDocument));
    else problems.push(...checkCompiles(content, input.globalPolicies));
  }
  const isOneDocument = typeof options.definition !== 'string';
  return describe(isOneDocument ? source.value : (result.definition?.document ?? source.value), problems, [...wanted]);
}

function toOptions({ url, text, documents, settings }: DefinitionToCheck, source: DefinitionSource, wanted: Set<string>): ImportOptions {
  const { parameters, ignoreExtensions, auth, errorProfile } = settings;
  const common = {
    baseDir: '/',
    fileReferences: false,
    backend: STAND_IN,
    validatePolicies: (value: unknown) => validatePolicies(value, policyEntry),
    ...(parameters === undefined ? {} : { parameters }),
    ...(ignoreExtensions === undefined ? {} : { ignoreExtensions }),
    ...(auth === undefined ? {} : { auth: authSetting.parse(auth) }),
    ...(errorProfile === undefined ? {} : { errorProfile }),
  };
  if (url === null || !refersElsewhere(source.value)) {
    return { ...common, definition: source.value, ...(source.places === undefined ? {} : { inlineSource: source.places }) };
  }
  return {
    ...common,
    definition: url,
    fetchText: async (asked) => {
      if (asked === withoutFragment(url)) return text;
      const document = documents.get(asked);
      if (document === undefined) {
        wanted.add(asked);
        throw new Error('it has not been read');
      }
      if ('refused' in document) throw new Error(document.refused);
      return document.text;
    },
  };
}

function withoutFragment(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return url;
  parsed.hash = '';
  return parsed.href;
}

/** Whether something in it refers to another document. Without recursion; what several places share is looked at once. */
function refersElsewhere(value: unknown): boolean {
  const seen = new Set<object>();
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null || seen.has(next)) continue;
    seen.add(next);
    const reference = Object.hasOwn(next, '$ref') ? (next as { $ref?: unknown }).$ref : undefined;
    if (typeof reference === 'string' && !reference.startsWith('#')) return true;
    for (const member of Object.values(next)) if (typeof member === 'object') waiting.push(member);
  }
  return false;
}

function describe(definition: Record<string, unknown> | null, problems: Problem[], wanted: string[]): CheckedDefinition {
  const info = isRecord(definition?.info) ? definition.info : {};
  return {
    definition,
    title: textOrNull(info.title),
    version: textOrNull(info.version),
    operations: listOperations(definition),
    problems: shorten(problems),
    wanted,
  };
}

/** Nobody reads more, and an answer is not to be many times as long as what was asked. */
const PROBLEMS_MAX = 1_000;

function shorten(problems: Problem[]): Problem[] {
  if (problems.length <= PROBLEMS_MAX) return problems;
  const message = `There are ${problems.length - PROBLEMS_MAX} more, which are left out`;
  return [...problems.slice(0, PROBLEMS_MAX), { severity: 'hint', code: 'definition.more-problems', message }];
}

function fromDocument(problem: Problem): Problem {
  return problem.path === undefined ? problem : { ...problem, path: problem.path.slice(DEFINITION_PATH.length) };
}

import path from 'node:path';
import {
  type ErrorProfileName,
  type Place,
  type PolicyUse,
  type Problem,
  type RouteAuthentication,
  type RouteSnapshot,
  toAuthentication,
} from '@gatehouse/contract';
import { schemesOf } from './aws-security.ts';
import { bundle } from './bundle.ts';
import { checkDocument, readVersion } from './check-document.ts';
import { checkDuplicates } from './check-duplicates.ts';
import { checkStructure } from './check-structure.ts';
import { Cursor, type DefinitionDocument, isObject, type PathPart } from './definition-document.ts';
import { DocumentSet, resolveLocation } from './document-set.ts';
import { checkExtensions, readAwsCors, readDomainsOnly } from './extensions.ts';
import { checkFallThrough } from './fall-through.ts';
import { defaultErrorProfile, detectFlavour } from './flavour.ts';
import { type AuthSetting, readAuth } from './gatehouse-auth.ts';
import type { ImportContext, ValidatePolicies } from './import-context.ts';
import { substitute } from './placeholders.ts';
import { readPolicies } from './policies.ts';
import { References } from './references.ts';
import { Report } from './report.ts';
import { readRoutes } from './routes.ts';
import { StageVariableUses } from './stage-variables.ts';

export interface ImportOptions {
  /** Path (absolute or relative to `baseDir`), http or https URL, or the document itself. */
  definition: string | Record<string, unknown>;
  baseDir: string;
  /** Where an inline document is written: gives its problems their places. */
  inlineSource?: { file: string; placeOf(path: readonly PathPart[], options?: { key?: boolean }): Place | undefined };
  /**
   * Whether an inline document may refer to files, relative to `baseDir`. Default: only with `inlineSource`, because then it stands in
   * a file of this machine; a document that a caller sent must not read files.
   */
  fileReferences?: boolean;
  /** Name of the backend of operations that name no integration of their own. */
  backend?: string;
  /** Names of backends for which the gateway may answer with examples: operations on them bring theirs. */
  exampleBackends?: ReadonlySet<string>;
  /** Values for `${name}` placeholders. */
  parameters?: Readonly<Record<string, string>>;
  /** Stage variables of each environment where the API is published, to warn of those that are missing. */
  environments?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** How callers are authenticated; `none`: not at all, whatever the definition says. Absent: as the definition says. */
  auth?: AuthSetting;
  errorProfile?: ErrorProfileName;
  /** `x-amazon-apigateway-*` names that are skipped knowingly. */
  ignoreExtensions?: readonly string[];
  validatePolicies: ValidatePolicies;
  /** Reads a document from a URL. Default: URLs are refused. Whom it may ask is its own affair. */
  fetchText?(url: string): Promise<string>;
}

/** An OpenAPI document as the gateway needs it. */
export interface ImportedDefinition {
  title: string;
  version: string;
  routes: RouteSnapshot[];
  /** Of the whole API: from `x-amazon-apigateway-cors`, then `x-gatehouse-policies` of the document. */
  policies: PolicyUse[];
  errorProfile: ErrorProfileName;
  /** Reachable through the API's own domains only (`disableExecuteApiEndpoint`). */
  domainsOnly: boolean;
  /** Who may call what says nothing else itself; null: anybody. `authentication` of the revision. */
  authentication: RouteAuthentication | null;
  /** All documents in one, with internal references only; `${name}` placeholders that have a value are filled. */
  document: Record<string, unknown>;
}

export interface ImportResult {
  /** Undefined when there are errors among the problems. */
  definition: ImportedDefinition | undefined;
  problems: Problem[];
  /** Absolute paths of the files that were read or looked for, to be watched. */
  inputs: string[];
}

/**
 * Reads an OpenAPI 2.0, 3.0 or 3.1 document with everything that it refers to into routes. Never throws for what is written in a
 * document: whatever is wrong comes back as a problem with its place, all problems at once.
 */
export async function importDefinition(options: ImportOptions): Promise<ImportResult> {
  const documents = new DocumentSet(options.fetchText?.bind(options));
  const report = new Report();
  const definition = await readDefinition(options, documents, report);
  return { definition: report.hasErrors ? undefined : definition, problems: report.sorted(), inputs: documents.inputs };
}

async function readDefinition(options: ImportOptions, documents: DocumentSet, report: Report): Promise<ImportedDefinition | undefined> {
  const document = await loadRoot(options, documents, report);
  if (document === undefined) return undefined;
  const root = new Cursor(document, document.value);
  const version = readVersion(root, report);
  if (version === undefined) return undefined;
  const references = new References(documents);
  await checkStructure(root, documents, references, report);
  if (report.isTooLarge) return undefined;
  const flavour = detectFlavour(root, references);
  const errorProfile = options.errorProfile ?? defaultErrorProfile(flavour);
  const context: ImportContext = {
    report,
    references,
    version,
    isAws: flavour.isAws,
    errorProfile,
    backend: options.backend,
    exampleBackends: options.exampleBackends ?? NONE,
    parameters: options.parameters ?? {},
    auth: options.auth,
    documentAuth: readAuth(root, { report, parameters: options.parameters ?? {} }),
    ignoreExtensions: new Set(options.ignoreExtensions),
    stageVariables: new StageVariableUses(),
    validatePolicies: options.validatePolicies,
  };
  checkDocument(root, context);
  checkDocumentExtensions(root, context);
  const drafts = readRoutes(root, context);
  checkDuplicates(drafts, report);
  // As the gateway decides it: Amazon API Gateway does not answer HEAD with the method GET.
  checkFallThrough(drafts, errorProfile === 'problem', report);
  const policies = [...readAwsCors(root, context), ...readPolicies(root, context)];
  context.stageVariables.report(options.environments ?? {}, report);
  const domainsOnly = readDomainsOnly(root, context);
  if (report.hasErrors) return undefined;
  const bundled = bundle(root, references, context.parameters);
  if (bundled === undefined) {
    report.error('definition.too-large', 'The definition is nested too deep, or too large once its references are followed', root);
    return undefined;
  }
  const info = root.get('info');
  const auth = context.auth ?? context.documentAuth;
  return {
    title: substitute(textOf(info?.get('title')?.value), context.parameters).text,
    version: substitute(textOf(info?.get('version')?.value), context.parameters).text,
    routes: drafts.map((draft) => draft.route),
    policies,
    errorProfile,
    domainsOnly,
    authentication: auth === undefined ? null : toAuthentication(auth),
    document: bundled,
  };
}

async function loadRoot(options: ImportOptions, documents: DocumentSet, report: Report): Promise<DefinitionDocument | undefined> {
  const { definition, inlineSource } = options;
  const filesAllowed = options.fileReferences ?? inlineSource !== undefined;
  const inline: DefinitionDocument = {
    id: '',
    origin: { kind: 'inline', baseDir: filesAllowed ? options.baseDir : undefined },
    value: definition,
    placeOf: (at, placeOptions) => inlineSource?.placeOf(at, placeOptions),
  };
  if (typeof definition !== 'string') {
    documents.add(inline);
    return inline;
  }
  const origin = /^https?:\/\//i.test(definition)
    ? resolveLocation(definition, inline.origin)
    : ({ kind: 'file', path: path.resolve(options.baseDir, definition) } as const);
  if ('refused' in origin) {
    report.problems.push(unreadable(definition, origin.refused));
    return undefined;
  }
  const loaded = await documents.load(origin);
  if ('document' in loaded) return loaded.document;
  if (loaded.problems === undefined) report.problems.push(unreadable(definition, loaded.refused));
  else report.problems.push(...loaded.problems);
  return undefined;
}

function unreadable(definition: string, why: string): Problem {
  return { severity: 'error', code: 'definition.unreadable', message: `The definition ${definition} cannot be used: ${why}` };
}

function checkDocumentExtensions(root: Cursor, context: ImportContext): void {
  checkExtensions(root, 'document', context);
  for (const server of root.get('servers')?.items() ?? []) checkExtensions(server, 'server', context);
  for (const tag of root.get('tags')?.items() ?? []) checkExtensions(tag, 'tag', context);
  const components = context.references.child(root, 'components');
  if (components !== undefined) checkExtensions(components, 'components', context);
  for (const [, written] of schemesOf(root, context.references)?.properties() ?? []) {
    const scheme = context.references.resolve(written);
    if (scheme !== undefined) checkExtensions(scheme, 'securityScheme', context);
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return isObject(value) || Array.isArray(value) || value === undefined || value === null ? '' : String(value);
}

const NONE: ReadonlySet<string> = new Set();

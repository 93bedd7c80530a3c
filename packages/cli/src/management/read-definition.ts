import { dirname, resolve } from 'node:path';
import { formatProblem, hasErrors, type Place, type Problem } from '@gatehouse/contract';
import { InputError } from '../input-error.ts';
import { readSettings, readText } from './read-settings.ts';

/** What of an API's settings decides how its definition is read. */
export interface DefinitionSettings {
  backend?: unknown;
  parameters?: unknown;
  auth?: unknown;
  errorProfile?: unknown;
  ignoreExtensions?: unknown;
}

/** A definition to be sent. */
export interface ReadDefinition {
  /** The text of the file, or with references to other files one document out of all. */
  definition: string | Record<string, unknown>;
  /** Where what has that path in the sent definition was written; undefined for what came from another file. */
  placeOf(path: readonly (string | number)[]): Place | undefined;
}

/**
 * Reads an OpenAPI document from a file with every file that it refers to. Throws `InputError` with every problem and its
 * file:line:column; what only the control plane knows, such as policies and backends, is not judged here.
 */
export async function readDefinitionFile(file: string, settings: DefinitionSettings): Promise<ReadDefinition> {
  const root = await readSettings(file);
  const imported = await importHere(file, dirname(resolve(file)), settings, undefined, resolve(file));
  const isOneFile = imported.inputs.length === 1;
  return {
    definition: isOneFile ? await readText(file) : imported.document,
    placeOf: (path) => (isOneFile || hasPath(root.value, path) ? root.placeOf(path) : undefined),
  };
}

/** The same for a document that stands in a file of settings. */
export async function readInlineDefinition(
  document: Record<string, unknown>,
  file: string,
  placeOf: (path: readonly (string | number)[]) => Place,
  settings: DefinitionSettings,
): Promise<ReadDefinition> {
  const inline = (path: readonly (string | number)[]) => placeOf(['definition', ...path]);
  const imported = await importHere(file, dirname(resolve(file)), settings, { file, placeOf: inline }, document);
  return { definition: imported.document, placeOf: (path) => (hasPath(document, path) ? inline(path) : undefined) };
}

async function importHere(
  file: string,
  baseDir: string,
  settings: DefinitionSettings,
  inlineSource: { file: string; placeOf(path: readonly (string | number)[]): Place } | undefined,
  definition: string | Record<string, unknown>,
): Promise<{ document: Record<string, unknown>; inputs: string[] }> {
  const { importDefinition } = await import('@gatehouse/documents');
  const { backend, parameters, auth, errorProfile, ignoreExtensions } = settings;
  type Options = Parameters<typeof importDefinition>[0];
  const options: Options = {
    definition,
    baseDir,
    validatePolicies: () => ({ policies: [], issues: [] }),
    ...(inlineSource === undefined ? {} : { inlineSource }),
    ...(typeof backend === 'string' ? { backend } : {}),
    ...(isTexts(parameters) ? { parameters } : {}),
    ...(auth === 'none' ? { auth } : {}),
    ...(isErrorProfile(errorProfile) ? { errorProfile } : {}),
    ...(Array.isArray(ignoreExtensions) ? { ignoreExtensions: ignoreExtensions.map(String) } : {}),
  };
  const { definition: imported, problems, inputs } = await importDefinition(options);
  if (imported === undefined || hasErrors(problems)) throw refused(file, problems);
  return { document: imported.document, inputs };
}

function refused(file: string, problems: readonly Problem[]): InputError {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  return new InputError(`${file} has ${errors} error${errors === 1 ? '' : 's'}: nothing was saved`, problems.map(formatProblem));
}

function isTexts(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && Object.values(value).every((item) => typeof item === 'string');
}

function isErrorProfile(value: unknown): value is 'problem' | 'aws-rest' | 'aws-http' | 'alibaba' {
  return value === 'problem' || value === 'aws-rest' || value === 'aws-http' || value === 'alibaba';
}

/** What was pulled in from other files has paths in the sent document that lead nowhere in the written one. */
function hasPath(value: unknown, path: readonly (string | number)[]): boolean {
  let current = value;
  for (const part of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part)) return false;
    current = (current as Record<string | number, unknown>)[part];
  }
  return true;
}

import { resolve } from 'node:path';
import { type createConfigSchema, type GatehouseConfig, hasErrors, type Place, type Problem } from '@gatehouse/contract';
import { checkApps } from './checks/check-apps.ts';
import { checkNames } from './checks/check-names.ts';
import { checkPublishing } from './checks/check-publishing.ts';
import { checkReferences } from './checks/check-references.ts';
import { checkSettings } from './checks/check-settings.ts';
import { createConfigView, createReport } from './checks/config-view.ts';
import { type ConfigFiles, SYSTEM_FILES } from './config-files.ts';
import { Expander } from './expand.ts';
import { keyOf, loadDocuments } from './load-documents.ts';
import { mergeWritten } from './merge.ts';
import type { Environment } from './placeholders.ts';
import { validate } from './validate.ts';
import { findNearest, type Path, type Written } from './written.ts';

export interface ReadConfigOptions {
  /** What `${NAME}` is read from; default: the environment of this process. */
  env?: Environment;
  /** Default: the files of this machine. */
  files?: ConfigFiles;
}

export interface ReadConfig {
  /** Undefined when one of the problems is an error. */
  config: GatehouseConfig | undefined;
  /** The merged configuration as it was written, not valid perhaps: to look at what it names although it has errors. */
  plain: unknown;
  /** Everything that is wrong, in the order of the files and their lines. */
  problems: Problem[];
  /** Absolute paths of the files that make up the configuration, to be watched; those that are missing included. */
  inputs: string[];
  /** Where a value of the merged configuration was written; the nearest parent for what is a default; undefined without any file. */
  placeOf(path: Path): Place | undefined;
  /** The file, absolute, in which the value at that path was written: what it names is relative to that file's directory. */
  fileOf(path: Path): string;
}

/**
 * Reads a configuration from files, of which later ones override earlier ones, and reports every problem at once.
 *
 * Layers: maps are merged key by key; `backends`, `apis` and `apps` by `name`, `domains` by `host`; any other list is replaced as a
 * whole; an empty value removes what an earlier layer wrote. `$include: file` stands for the YAML of a file (keys beside it
 * override), `$file: file` for its text; both are relative to the file that names them. `${NAME}` and `${NAME:-default}` are
 * read from the environment in every string value but not in keys nor in the text of a `$file`.
 */
export async function readConfig(
  files: readonly string[],
  schema: ReturnType<typeof createConfigSchema>,
  { env = process.env, files: reader = SYSTEM_FILES }: ReadConfigOptions = {},
): Promise<ReadConfig> {
  const loaded = await loadDocuments(files, reader, env);
  const problems = [...loaded.problems];
  const expander = new Expander(loaded, env);
  let root: Written | undefined;
  let isIncomplete = false;
  for (const file of files) {
    const { document, failure } = loaded.get(keyOf('$include', resolve(file))) ?? {};
    if (failure !== undefined) problems.push(error('config.unreadable', `cannot read this file: ${failure}`, { file, line: 1, column: 1 }));
    if (document === undefined) {
      isIncomplete = true;
      continue;
    }
    if (document.source.value === null) continue;
    const layer = expander.document(document);
    if (layer.kind === 'list' || layer.kind === 'scalar') {
      problems.push(error('config.wrong-type', 'a configuration must be a map of keys and values', layer.spot.place()));
      isIncomplete = true;
    } else root = root === undefined ? layer : mergeWritten(root, layer);
  }
  isIncomplete ||= expander.isIncomplete;

  let config: GatehouseConfig | undefined;
  let plain: unknown;
  if (root === undefined) config = isIncomplete ? undefined : schema.parse({});
  else {
    problems.push(...holesOf(root));
    const validated = validate(root, schema, isIncomplete);
    config = validated.output;
    plain = validated.plain;
    problems.push(...validated.problems);
    if (!isIncomplete) {
      const view = createConfigView(root, validated.plain);
      const report = createReport(view, problems);
      checkNames(view, report);
      checkReferences(view, report);
      checkApps(view, report);
      checkPublishing(view, report);
      checkSettings(view, report);
    }
  }
  return {
    config: hasErrors(problems) || isIncomplete ? undefined : config,
    plain,
    problems: inOrder(problems, loaded.inputs),
    inputs: loaded.inputs,
    placeOf: (path) => (root === undefined ? undefined : findNearest(root, path).spot.place()),
    fileOf: (path) => (root === undefined ? resolve(files[0] ?? '.') : findNearest(root, path).spot.document.absolute),
  };
}

function error(code: string, message: string, place: Place): Problem {
  return { severity: 'error', code, message, place };
}

/** What could not be had of the values that count: those that a later layer replaced do not matter. */
function holesOf(root: Written): Problem[] {
  const problems: Problem[] = [];
  const path: (string | number)[] = [];
  const visit = (part: string | number, node: Written) => {
    path.push(part);
    look(node);
    path.pop();
  };
  const look = (node: Written) => {
    if (node.kind === 'map') for (const [key, value] of node.entries) visit(key, value);
    else if (node.kind === 'list') for (const [index, item] of node.items.entries()) visit(index, item);
    else if (node.kind === 'hole') {
      for (const reason of node.reasons) problems.push({ severity: 'error', ...reason, path: [...path], place: node.spot.place() });
    }
  };
  look(root);
  return problems;
}

/** By file, in the order in which they were read, then by line and column. */
function inOrder(problems: readonly Problem[], inputs: readonly string[]): Problem[] {
  const rank = (problem: Problem) => (problem.place === undefined ? -1 : inputs.indexOf(resolve(problem.place.file)));
  return problems.toSorted(
    (a, b) => rank(a) - rank(b) || (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0),
  );
}

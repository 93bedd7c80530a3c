import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Problem } from '@gatehouse/contract';
import { parseYaml } from '../source/yaml-source.ts';
import { type ConfigFiles, toReadFailure } from './config-files.ts';
import { type Environment, substitute } from './placeholders.ts';
import type { ConfigDocument } from './written.ts';

/** Files that one configuration may be made of. */
const FILES_MAX = 1000;

/** A file as it was read; `failure` says why it was not, in words. A document with syntax errors has neither. */
export interface LoadedFile {
  document?: ConfigDocument;
  text?: string;
  failure?: string;
}

/** A map that stands for the content of a file. */
export interface Reference {
  key: '$include' | '$file';
  /** After substitution; empty when it is not a usable name. */
  name: string;
}

/** The files that a configuration is made of, by `keyOf`. */
export interface LoadedFiles {
  get(key: string): LoadedFile | undefined;
  problems: Problem[];
  /** Absolute paths of all files that were asked for, in that order, those that are missing included: they may come. */
  inputs: string[];
}

/** The reference that a value is, or undefined. */
export function toReference(value: object, env: Environment): Reference | undefined {
  const key = Object.hasOwn(value, '$include') ? '$include' : Object.hasOwn(value, '$file') ? '$file' : undefined;
  if (key === undefined) return undefined;
  const written: unknown = Reflect.get(value, key);
  const name = typeof written === 'string' ? substitute(written, env) : undefined;
  return { key, name: name === undefined || name.problems.length > 0 ? '' : name.text };
}

/** A text and a document of the same file are two things. */
export function keyOf(kind: Reference['key'], absolute: string): string {
  return `${kind} ${absolute}`;
}

/** References are relative to the file that holds them. */
export function absoluteOf(document: ConfigDocument, name: string): string {
  return resolve(dirname(document.absolute), name);
}

/**
 * Reads the layers and everything that they name with `$include` and `$file`, and what that names in turn. Each file is read
 * once, so that the configuration is of one piece even when a file changes meanwhile, and circles end.
 */
export async function loadDocuments(layers: readonly string[], files: ConfigFiles, env: Environment): Promise<LoadedFiles> {
  const loaded = new Map<string, LoadedFile>();
  const problems: Problem[] = [];
  const inputs = new Set<string>();
  const queue = layers.map((file) => ({ kind: '$include' as Reference['key'], absolute: resolve(file), shown: file }));
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { kind, absolute, shown } = next;
    const key = keyOf(kind, absolute);
    if (loaded.has(key)) continue;
    const file: LoadedFile = {};
    loaded.set(key, file);
    inputs.add(absolute);
    if (loaded.size > FILES_MAX) {
      file.failure = `the configuration is made of more than ${FILES_MAX} files`;
      continue;
    }
    try {
      file.text = await files.read(absolute);
    } catch (error) {
      file.failure = toReadFailure(error);
      continue;
    }
    if (kind === '$file') continue;
    const parsed = parseYaml(shown, file.text);
    problems.push(...parsed.problems);
    if (parsed.source === undefined) continue;
    const document: ConfigDocument = { source: parsed.source, absolute };
    file.document = document;
    if (!/\$include|\$file/.test(file.text)) continue;
    for (const reference of findReferences(parsed.source.value, env)) {
      const { name } = reference;
      if (name === '') continue;
      queue.push({
        kind: reference.key,
        absolute: absoluteOf(document, name),
        shown: isAbsolute(name) ? name : join(dirname(shown), name),
      });
    }
  }
  return { get: (key) => loaded.get(key), problems, inputs: [...inputs] };
}

function findReferences(root: unknown, env: Environment): Reference[] {
  const found: Reference[] = [];
  const seen = new Set<object>();
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    const reference = Array.isArray(value) ? undefined : toReference(value, env);
    if (reference !== undefined) found.push(reference);
    open.push(...Object.values(value).reverse());
  }
  return found;
}

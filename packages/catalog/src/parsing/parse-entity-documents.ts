import type { Place, Problem } from '@gatehouse/contract';
import { parseYaml } from '@gatehouse/documents';
import { CORE_SCHEMA, loadAll, mergeTag, YAMLException } from 'js-yaml';
import { isMap } from '../model/entity.ts';
import { isExpandedBelow } from './expanded-size.ts';
import { type GuessedRef, guessRef } from './guess-ref.ts';
import { type DocumentText, splitDocuments } from './split-documents.ts';

/** A document that holds a map; whether that is an entity is for `validateEntity` to say. */
export interface EntityDocument {
  /** Aliases share their value: do not change it in place. */
  value: Record<string, unknown>;
  /** Where the document begins. */
  place: Place;
  /**
   * Where a value stands, with `key: true` its key; the nearest parent's place when it is not written. Parses the document again:
   * for errors only.
   */
  placeOf(path: readonly (string | number)[], options?: { key?: boolean }): Place;
}

/** A document that cannot be read. Its neighbours are not affected. */
export interface BrokenDocument {
  /** One or more, each with its place. */
  problems: [Problem, ...Problem[]];
  place: Place;
  /** Which entity it most likely is, so that the last good version of that one is kept; undefined when the text does not say. */
  guess: GuessedRef | undefined;
}

export interface ParsedDocuments {
  documents: EntityDocument[];
  broken: BrokenDocument[];
}

export interface ParseOptions {
  /** Path or URL, as problems shall show it. */
  file: string;
  /** Bytes of the whole text in UTF-8. Default: 32 MiB, room for a definition of 20 MB that is indented. */
  bytesMax?: number;
}

export const TEXT_BYTES_MAX = 32 * 1024 * 1024;

/** Maps and lists within each other. */
const DEPTH_MAX = 256;
/** Characters that a document may have once its aliases are written out. */
const EXPANDED_MAX = 64 * 1024 * 1024;
/** Broken documents that are reported each by itself; a text with more of them is no catalog file. */
const BROKEN_MAX = 1_000;
/** Characters of broken documents whose errors are explained: the reader that recovers from errors is slow, on hostile texts quadratic. */
const EXPLAINED_MAX = 100_000;

/** As Backstage's reader (YAML 1.2 core), and merge keys. */
const SCHEMA = CORE_SCHEMA.withTags(mergeTag);

/**
 * Reads every document of a YAML or JSON text, each for itself. Never throws for what is written. Empty documents are passed
 * over; syntax errors, duplicate keys, aliases that multiply and values that are no map come back among the broken ones.
 */
export function parseEntityDocuments(text: string, options: ParseOptions): ParsedDocuments {
  const { file, bytesMax = TEXT_BYTES_MAX } = options;
  const parsed: ParsedDocuments = { documents: [], broken: [] };
  const start: Place = { file, line: 1, column: 1 };
  if (text.length > bytesMax || Buffer.byteLength(text) > bytesMax) {
    const message = `the file is larger than ${bytesMax / 2 ** 20} MiB; put large definitions into files of their own and refer to them with $text`;
    parsed.broken.push(brokenBy({ severity: 'error', code: 'catalog.file-too-large', message, place: start }, undefined));
    return parsed;
  }
  let explainable = EXPLAINED_MAX;
  for (const document of splitDocuments(text)) {
    const result = parseOne(document, file, explainable);
    if (result === undefined) continue;
    if ('value' in result) {
      parsed.documents.push(result);
      continue;
    }
    parsed.broken.push(result);
    explainable -= document.text.length;
    if (parsed.broken.length === BROKEN_MAX) {
      const message = `more than ${BROKEN_MAX} documents of this file are broken; the rest of it is not read`;
      parsed.broken.push(brokenBy({ severity: 'error', code: 'catalog.too-many-problems', message, place: result.place }, undefined));
      break;
    }
  }
  return parsed;
}

function parseOne(document: DocumentText, file: string, explainable: number): EntityDocument | BrokenDocument | undefined {
  const { text, line } = document;
  const place: Place = { file, line, column: 1 };
  const refuse = (code: string, message: string, at: Place = place) =>
    brokenBy({ severity: 'error', code, message, place: at }, guessRef(text), place);
  let value: unknown;
  try {
    value = loadAll(text, { schema: SCHEMA, maxDepth: DEPTH_MAX })[0] ?? null;
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const problems = text.length <= explainable ? parseYaml(file, text).problems : [];
    const [first, ...others] = problems.map((problem) => shift(problem, file, line));
    if (first !== undefined) return { problems: [first, ...others], place, guess: guessRef(text) };
    const at = error.mark === undefined ? place : { file, line: error.mark.line + line, column: error.mark.column + 1 };
    return refuse('yaml.syntax', error.reason, at);
  }
  if (value === null) return undefined;
  if (!isMap(value)) {
    return refuse('catalog.not-an-entity', `Expected object at root, got ${Array.isArray(value) ? 'a list' : typeof value}`);
  }
  // Where nothing is shared, what is written is what there is.
  if (text.includes('*') && text.includes('&')) {
    const [bomb] = parseYaml(file, text).problems;
    if (bomb !== undefined) return refuse(bomb.code, bomb.message, shift(bomb, file, line).place);
    if (!isExpandedBelow(value, Math.max(EXPANDED_MAX, 2 * text.length))) {
      return refuse(
        'yaml.aliases',
        `the aliases expand to more than ${EXPANDED_MAX / 2 ** 20} MiB of text; write the document with fewer of them`,
      );
    }
  }
  return { value, place, placeOf: (path, options) => placeIn(document, file, path, options) };
}

function placeIn(document: DocumentText, file: string, path: readonly (string | number)[], options?: { key?: boolean }): Place {
  const { source } = parseYaml(file, document.text);
  if (source === undefined) return { file, line: document.line, column: 1 };
  const { line, column } = source.placeOf(path, options);
  return { file, line: line + document.line - 1, column };
}

/** A problem of a document by itself, as one of the file. */
function shift(problem: Problem, file: string, line: number): Problem {
  const at = problem.place ?? { line: 1, column: 1 };
  return { ...problem, place: { file, line: at.line + line - 1, column: at.column } };
}

function brokenBy(problem: Problem, guess: GuessedRef | undefined, place = problem.place): BrokenDocument {
  return { problems: [problem], place: place ?? { file: '', line: 1, column: 1 }, guess };
}

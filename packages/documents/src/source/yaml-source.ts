import type { Place, Problem } from '@gatehouse/contract';
import { CORE_SCHEMA, constructFromEvents, type Event, mergeTag, parseEvents, YAMLException } from 'js-yaml';
import { findAliasProblem } from './alias-expansion.ts';
import { LineIndex } from './line-index.ts';
import { type NodeId, NodeIndex } from './node-index.ts';
import { findSyntaxProblems } from './syntax-problems.ts';

/** One parsed YAML or JSON text that can say where each value stands. */
export interface YamlSource {
  /** As it was given: a path or a URL. */
  readonly file: string;
  readonly text: string;
  /** The plain JavaScript value. Aliases share their value: do not change it in place. */
  readonly value: unknown;
  /** Place of the value at that path, with `key: true` of its key (items of lists have none); the nearest existing parent's when there is none. */
  placeOf(path: readonly (string | number)[], options?: { key?: boolean }): Place;
  /** A scalar that is written without quotes (and not as a `|` or `>` block) stands at that path. */
  isPlain(path: readonly (string | number)[]): boolean;
}

/** Characters in one text. A document of 100,000 operations has about half as many. */
const CHARACTERS_MAX = 100_000_000;

/** Maps and lists within each other. */
const DEPTH_MAX = 256;

/** The core schema and merge keys (`<<: *base`), which YAML 1.2 dropped and every OpenAPI tool still reads. */
const SCHEMA = CORE_SCHEMA.withTags(mergeTag);

/**
 * Reads a YAML 1.2 (core schema) or JSON text. Syntax errors, duplicate keys, a second document, aliases that multiply and
 * texts beyond the limits come back as problems, each with its place, and then there is no source. An empty text is null.
 */
export function parseYaml(file: string, text: string): { source: YamlSource | undefined; problems: Problem[] } {
  const lines = new LineIndex(text);
  const refuse = (code: string, message: string, offset: number) => {
    const problem: Problem = { severity: 'error', code, message, place: { file, ...lines.at(offset) } };
    return { source: undefined, problems: [problem] };
  };
  if (text.length > CHARACTERS_MAX) return refuse('yaml.too-large', `the text is longer than ${CHARACTERS_MAX} characters`, 0);
  let events: Event[];
  let value: unknown;
  try {
    events = parseEvents(text, { maxDepth: DEPTH_MAX });
    const documents = constructFromEvents(events, { source: text, schema: SCHEMA });
    if (documents.length > 1) {
      return { source: undefined, problems: findSyntaxProblems(file, text, lines, { message: 'a file holds one document', offset: 0 }) };
    }
    value = documents[0] ?? null;
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const first = { message: error.reason, offset: error.mark?.position ?? 0 };
    if (error.reason.includes('maxDepth')) {
      // Never shown to the recovering reader: it recurses, and depth is what this text attacks.
      return refuse('yaml.too-deep', `maps and lists are nested more than ${DEPTH_MAX} deep`, first.offset);
    }
    return { source: undefined, problems: findSyntaxProblems(file, text, lines, first) };
  }
  const index = new NodeIndex(text, events);
  const aliasProblem = index.firstAliasStart !== -1 ? findAliasProblem(value) : undefined;
  if (aliasProblem !== undefined) return refuse('yaml.aliases', aliasProblem, index.firstAliasStart);
  return { source: createSource(file, text, value, index, lines), problems: [] };
}

function createSource(file: string, text: string, value: unknown, index: NodeIndex, lines: LineIndex): YamlSource {
  return {
    file,
    text,
    value,
    placeOf(path, options) {
      let node: NodeId = index.root;
      let offset = Math.max(0, index.startOf(node));
      for (const [depth, part] of path.entries()) {
        const entry = index.child(node, part);
        if (entry === undefined) break;
        node = entry.value;
        const keyStart = entry.key === undefined ? -1 : index.startOf(entry.key);
        const valueStart = index.startOf(node);
        // A value without a text of its own (`key:` and nothing) stands where its key stands.
        const isKeyWanted = options?.key === true && depth === path.length - 1 && keyStart !== -1;
        const start = isKeyWanted || valueStart === -1 ? keyStart : valueStart;
        if (start !== -1) offset = start;
      }
      return { file, ...lines.at(offset) };
    },
    isPlain(path) {
      let node: NodeId | undefined = index.root;
      for (const part of path) {
        node = index.child(node, part)?.value;
        if (node === undefined) return false;
      }
      return index.isPlain(node);
    },
  };
}

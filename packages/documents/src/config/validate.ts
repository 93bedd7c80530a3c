import { formatPath, type Place, type Problem } from '@gatehouse/contract';
import type { z } from 'zod';
import { toChoices, toRequirement } from './issue-text.ts';
import { suggest } from './nearest.ts';
import { redact, showFound } from './show-value.ts';
import { findNearest, findWritten, type Path, toPlain, type Written, type WrittenScalar } from './written.ts';

type Issue = z.core.$ZodIssue;
type KnownKeys = WeakMap<readonly string[], readonly string[]>;

/** Names of unknown keys that are listed when none is near enough to be suggested. */
const LISTED_KEYS_MAX = 12;

/** The configuration that a tree holds, or everything that is wrong with it. */
export interface Validated<Output> {
  output: Output | undefined;
  problems: Problem[];
  /** The plain value, with every value from the environment read as the schema wants it. */
  plain: unknown;
}

/** Holds a tree against a schema. `isIncomplete`: parts were not read, so that what is missing is not reported. */
export function validate<Output>(root: Written, schema: z.ZodType<Output>, isIncomplete: boolean): Validated<Output> {
  // By the very array of unknown keys: inside of a union, an issue's path is not yet the whole one.
  const knownKeys: KnownKeys = new WeakMap();
  const parse = (flipped: ReadonlySet<Written>) => {
    const plain = toPlain(root, flipped);
    const result = schema.safeParse(plain, {
      // Empty means: no message of the schema's own, so it is written below, where the place and the neighbours are known.
      error: (issue) => {
        if (issue.code === 'unrecognized_keys') knownKeys.set(issue.keys, keysOf(issue.inst));
        return '';
      },
    });
    return { plain, result, issues: result.success ? [] : result.error.issues };
  };
  // A value from the environment has two readings, `8000` and `"8000"`; only the schema knows which is wanted.
  let parsed = parse(new Set());
  const flipped = scalarsWithAlternative(root, parsed.issues);
  if (flipped.size > 0) {
    parsed = parse(flipped);
    const failed = scalarsWithAlternative(root, parsed.issues);
    const kept = new Set([...flipped].filter((scalar) => !failed.has(scalar)));
    if (kept.size < flipped.size) parsed = parse(kept);
  }
  const problems = parsed.issues.flatMap((issue) => toProblems(root, issue, knownKeys));
  return {
    output: parsed.result.success ? parsed.result.data : undefined,
    problems: isIncomplete ? problems.filter((problem) => problem.code !== 'config.missing-key') : problems,
    plain: parsed.plain,
  };
}

function scalarsWithAlternative(root: Written, issues: readonly Issue[]): Set<WrittenScalar> {
  const scalars = new Set<WrittenScalar>();
  for (const issue of issues) {
    const node = findWritten(root, toPath(issue.path));
    if (node?.kind === 'scalar' && node.alternative !== undefined) scalars.add(node);
  }
  return scalars;
}

function toProblems(root: Written, issue: Issue, knownKeys: KnownKeys): Problem[] {
  const path = toPath(issue.path);
  const node = findWritten(root, path);
  const nearest = findNearest(root, path);
  if (nearest.kind === 'hole') return [];
  // A message of the schema's own may show the value; so may one within a union.
  const message = redact(issue.message, nearest);
  const problem = (code: string, message: string, place: Place, at: Path = path): Problem => ({
    severity: 'error',
    code,
    message,
    path: at,
    place,
  });

  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys.get(issue.keys) ?? [];
    return issue.keys.map((key) => {
      const at = [...path, key];
      const place = findWritten(root, at)?.keySpot.place({ key: true }) ?? nearest.spot.place();
      return problem('config.unknown-key', `unknown key "${key}"${inside(path)}${suggestKey(key, known)}`, place, at);
    });
  }
  if (issue.code === 'invalid_key') {
    const texts = issue.issues.map((inner) => (inner.message === '' ? toRequirement(inner) : inner.message));
    const place = nearest.keySpot.place({ key: true });
    return [problem('config.invalid-key', `the key "${path.at(-1)}"${inside(path.slice(0, -1))} ${texts.join(' and ')}`, place)];
  }
  if (issue.code === 'invalid_union' && issue.message === '') {
    // Only one alternative fits the kind of value that was written: then its problems are the problems.
    const fitting = issue.errors.filter((errors) => !errors.some((error) => error.path.length === 0 && error.code === 'invalid_type'));
    const [only] = fitting;
    if (only !== undefined && fitting.length === 1) {
      return only.flatMap((inner) => toProblems(root, { ...inner, path: [...issue.path, ...inner.path] }, knownKeys));
    }
  }
  if (issue.code === 'custom') {
    // The rule looks at a value that could not be had: whatever it says, that was reported already.
    if (holdsHole(nearest)) return [];
    const { problemCode, atKey } = issue.params ?? {};
    const code = typeof problemCode === 'string' ? problemCode : 'config.invalid-value';
    const place = atKey === true ? nearest.keySpot.place({ key: true }) : nearest.spot.place();
    if (typeof problemCode === 'string') return [problem(code, message, place)];
    const found = node?.kind === 'scalar' ? `; found ${showFound(node, path)}` : '';
    return [problem(code, `${sentence(path, message || 'is not valid')}${found}`, place)];
  }
  const found = node?.kind === 'scalar' && node.label === undefined ? node.value : undefined;
  const requirement = message === '' ? redact(toRequirement(issue), nearest) : message;
  if (node === undefined && path.length > 0) {
    const place = placeOfContainer(nearest, root);
    return [problem('config.missing-key', `"${path.at(-1)}" is missing${inside(path.slice(0, -1))}: it ${requirement}`, place)];
  }
  const isWrongKind = issue.code === 'invalid_type';
  const quotes = isWrongKind && issue.expected === 'string' && isNumberOrBoolean(found) ? ' (put it in quotes)' : '';
  const choices = typeof found === 'string' ? toChoices(issue) : [];
  const suggestion = choices.length > 1 && typeof found === 'string' ? suggest(found, choices) : '';
  const shown = isLimit(issue) ? showCount(nearest, path) : showFound(nearest, path);
  const text = `${sentence(path, requirement)}; found ${shown}${quotes}${suggestion}`;
  return [problem(isWrongKind ? 'config.wrong-type' : 'config.invalid-value', text, nearest.spot.place())];
}

function isLimit(issue: Issue): boolean {
  return issue.code === 'too_big' || issue.code === 'too_small';
}

/** Of a list or map that is too long or too short, its length. */
function showCount(node: Written, path: Path): string {
  if (node.kind === 'list') return String(node.items.length);
  return node.kind === 'map' ? String(node.entries.size) : showFound(node, path);
}

/** Where something is missing: the key that holds the map, or the item of the list. */
function placeOfContainer(node: Written, root: Written): Place {
  return node === root ? node.spot.place() : node.keySpot.place({ key: true });
}

/** "apis[0].name must be …"; a message that is no continuation stands behind a colon. */
function sentence(path: Path, message: string): string {
  const subject = path.length === 0 ? 'the configuration' : formatPath(path);
  return /^(?:must|needs?|is|are|may|can|cannot|has|have|does|should|names|holds)\b/.test(message)
    ? `${subject} ${message}`
    : `${subject}: ${message}`;
}

function inside(path: Path): string {
  return path.length === 0 ? '' : ` in ${formatPath(path)}`;
}

function suggestKey(key: string, known: readonly string[]): string {
  const suggestion = suggest(key, known);
  if (suggestion !== '' || known.length === 0 || known.length > LISTED_KEYS_MAX) return suggestion;
  return `; the keys here are ${known.join(', ')}`;
}

/** Keys that a schema knows: a map's own, or those of a record with fixed keys. */
function keysOf(schema: unknown): string[] {
  const shape = (schema as { _zod?: { def?: { shape?: Record<string, unknown>; keyType?: { _zod?: { values?: Set<unknown> } } } } })?._zod
    ?.def;
  if (shape?.shape !== undefined) return Object.keys(shape.shape);
  return [...(shape?.keyType?._zod?.values ?? [])].map(String);
}

function holdsHole(node: Written): boolean {
  if (node.kind === 'hole') return true;
  if (node.kind === 'map') return [...node.entries.values()].some(holdsHole);
  return node.kind === 'list' && node.items.some(holdsHole);
}

function isNumberOrBoolean(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

function toPath(path: readonly PropertyKey[]): Path {
  return path.map((part) => (typeof part === 'symbol' ? String(part) : part));
}

import type { Problem } from '@gatehouse/contract';
import { parseDocument, type YAMLParseError } from 'yaml';
import type { LineIndex } from './line-index.ts';

/** More syntax errors than this are the echo of the first. */
const PROBLEMS_MAX = 20;

/** Longer texts get their first error only: the recovering reader needs quadratic time on some (a megabyte of quotes: minutes). */
const RECOVERY_CHARACTERS_MAX = 100_000;

/** A syntax error where the quick reader stopped. */
export interface FirstSyntaxError {
  message: string;
  offset: number;
}

/**
 * Every syntax error of a text that was refused. The quick reader stops at the first; this one goes on after it, and is asked
 * only when something is wrong. Where it finds nothing (the readers differ in rare corners), the first error stands.
 */
export function findSyntaxProblems(file: string, text: string, lines: LineIndex, first: FirstSyntaxError): Problem[] {
  const problem = ({ offset, code = 'yaml.syntax', message }: FirstSyntaxError & { code?: string }): Problem => ({
    severity: 'error',
    code,
    message: `${message}${placeholderHint(lines.lineOf(offset))}`,
    place: { file, ...lines.at(offset) },
  });
  if (text.length > RECOVERY_CHARACTERS_MAX) return [problem(explainFirst(first, text))];
  const document = parseDocument(text, { version: '1.2', schema: 'core', merge: true, prettyErrors: false });
  const problems: Problem[] = [];
  const linesSeen = new Set<number>();
  for (const error of document.errors) {
    // Tokens that are left over once the structure is lost: the mistake is where it was lost.
    if (problems.length > 0 && error.message.includes('in YAML stream')) continue;
    const found = problem(explain(error, document.errors, text));
    // One mistake often breaks several rules; the first of a line names it.
    const { line } = lines.at(error.pos[0]);
    if (found.code === 'yaml.syntax' && linesSeen.has(line)) continue;
    linesSeen.add(line);
    problems.push(found);
    if (problems.length === PROBLEMS_MAX) break;
  }
  return problems.length > 0 ? problems : [problem(explainFirst(first, text))];
}

function explainFirst(first: FirstSyntaxError, text: string): FirstSyntaxError & { code?: string } {
  if (first.message !== 'duplicated mapping key') return first;
  const isQuoted = /["']/.test(text.charAt(first.offset - 1));
  return duplicateKey(text, isQuoted ? first.offset - 1 : first.offset);
}

function duplicateKey(text: string, offset: number): FirstSyntaxError & { code: string } {
  return { offset, code: 'yaml.duplicate-key', message: `the key ${keyAt(text, offset)} stands twice in the same map` };
}

function explain(error: YAMLParseError, all: readonly YAMLParseError[], text: string): FirstSyntaxError & { code?: string } {
  const [offset] = error.pos;
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return duplicateKey(text, offset);
    case 'MULTIPLE_DOCS':
      return { offset, code: 'yaml.multiple-documents', message: 'another document begins here; a file holds one' };
    case 'BLOCK_AS_IMPLICIT_KEY': {
      const spansLines = all.some((other) => other.code === 'MULTILINE_IMPLICIT_KEY' && other.pos[0] === offset);
      if (!spansLines)
        return { offset, message: 'a second ": " on this line; put the value in quotes, or begin a map on a line of its own' };
      const next = /\n\s*/.exec(text.slice(offset, offset + 10_000));
      return {
        offset: next === null ? offset : offset + next.index + next[0].length,
        message: 'this line is indented further than the map that it belongs to',
      };
    }
    default:
      return { offset, message: error.message };
  }
}

function keyAt(text: string, offset: number): string {
  const key = /^(?:"[^"\n]{0,200}"|'[^'\n]{0,200}'|[^\s:,{}[\]]{1,200})/.exec(text.slice(offset, offset + 300))?.[0] ?? '';
  return key.startsWith('"') || key.startsWith("'") ? key : `"${key}"`;
}

/** `{ port: ${PORT} }` is no YAML, because braces end a plain scalar inside of braces. Nobody expects that. */
function placeholderHint(line: string): string {
  return line.length < 1000 && /[{[,][^'"#]*\$\{/.test(line) ? '; inside { } or [ ] a ${…} placeholder must stand in quotes' : '';
}

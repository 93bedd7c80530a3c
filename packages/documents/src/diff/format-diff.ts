import type { ChangedOperation, DefinitionDiff } from '@gatehouse/contract';
import { RULES } from './rules/all-rules.ts';

const SIGNS = { added: '+', removed: '-', changed: '~' } as const;

/**
 * A diff as lines of plain text, one per change: `!` marks what breaks callers, then `+`, `-` or `~` what happened, then operation,
 * location, sentence and rule. Control characters of a document are not passed on to the terminal.
 */
export function formatDiff(diff: DefinitionDiff): string[] {
  return diff.changes.map(({ rule, breaking, operation, location, message }) => {
    const sign = SIGNS[RULES.get(rule)?.kind ?? 'changed'];
    const where = [operation && nameOf(operation), location === 'operation' ? undefined : location].filter((part) => part !== undefined);
    return printable(`${breaking ? '!' : ' '}${sign} ${[...where, message].join(': ')} [${rule}]`);
  });
}

function nameOf({ method, path }: ChangedOperation): string {
  return `${method} ${path}`;
}

function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

import type { ListenerName } from '../../support/listeners.ts';
import type { Outcome, WireRecord } from './wire-record.ts';
import { WIRE_RECORDS } from './wire-records.ts';

const BEGIN = (name: string) => `<!-- ${name}: written by test/conformance/wire/write-docs.ts -->`;
const END = (name: string) => `<!-- end of ${name} -->`;

/** The text of docs/wire.md with its tables written anew from the records. Throws when a place for one is missing. */
export function withTables(text: string): string {
  const tables = { differences: differencesTable(), refusals: refusalTables() };
  let result = text;
  for (const [name, table] of Object.entries(tables)) {
    const [begin, end] = [result.indexOf(BEGIN(name)), result.indexOf(END(name))];
    if (begin === -1 || end < begin) throw new Error(`docs/wire.md has no place for the table of ${name}`);
    result = `${result.slice(0, begin + BEGIN(name).length)}\n\n${table}\n\n${result.slice(end)}`;
  }
  return result;
}

/** Every record on which the listeners are not of one mind; records of which the same is to be said share a row. */
function differencesTable(): string {
  const rows = new Map<string, { sent: string[]; cells: string[] }>();
  for (const record of Object.values(WIRE_RECORDS).flat()) {
    if (record.differs === undefined) continue;
    const reasons = new Set(Object.values(record.differs).map(({ why }) => why));
    const cells = [...(['own', 'node', 'node:http'] as const).map((name) => outcomeOf(record, name)), [...reasons].join(' ')];
    const key = cells.join('\n');
    const same = rows.get(key);
    if (same === undefined) rows.set(key, { sent: [what(record)], cells });
    else same.sent.push(what(record));
  }
  return table(
    ['sent', 'own', 'node', 'node:http', 'why'],
    [...rows.values()].map(({ sent, cells }) => row(sent.join(' · '), ...cells)),
  );
}

function refusalTables(): string {
  const parts: string[] = [];
  for (const [part, records] of Object.entries(WIRE_RECORDS)) {
    const rows = records.filter(isRefused).map((record) => row(what(record), toText(record), record.rule));
    if (rows.length > 0) parts.push(`### ${part}\n\n${table(['sent', 'comes of it', 'rule'], rows)}`);
  }
  return parts.join('\n\n');
}

function isRefused({ expect }: WireRecord): boolean {
  return expect.some(({ kind }) => kind !== 'accepted');
}

function what({ id }: WireRecord): string {
  return id.replace(/^malformed: /, '');
}

function outcomeOf(record: WireRecord, name: ListenerName): string {
  const difference = record.differs?.[name];
  if (difference === undefined) return toText(record);
  return difference.inOnePieceOnly === true ? `${toText(difference)} (when it comes in one piece)` : toText(difference);
}

function toText({ expect, closes }: Pick<WireRecord, 'expect' | 'closes'>): string {
  const text = expect.length > 3 ? `${expect.length} messages accepted` : expect.map(oneToText).join(', then ');
  return closes === true ? `${text}, then closed` : text;
}

function oneToText(outcome: Outcome): string {
  if (outcome.kind === 'accepted') {
    if (outcome.unanswered === true) return 'accepted and never answered';
    return outcome.upgrade === undefined || outcome.upgrade === '' ? 'accepted' : 'accepted as an upgrade';
  }
  const statuses = [outcome.status].flat();
  const text = statuses.map((status) => (status === 0 ? 'closed' : String(status))).join(' or ');
  if (outcome.kind === 'broken') return `${text}, in the body`;
  return outcome.kept === true ? `${text}, and kept` : text;
}

function table(headings: readonly string[], rows: readonly string[]): string {
  return [row(...headings), `|${' --- |'.repeat(headings.length)}`, ...rows].join('\n');
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replace(/[\\`*_|<]/g, '\\$&')).join(' | ')} |`;
}

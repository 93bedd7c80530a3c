import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { dirname } from 'node:path';

export interface Table {
  title: string;
  columns: readonly string[];
  /** Cells as they are shown. */
  rows: readonly (readonly string[])[];
}

/** A figure that was to be reached, and what came out. */
export interface Goal {
  text: string;
  figure: string;
  reached: boolean;
}

export interface Report {
  title: string;
  /** ISO 8601. */
  at: string;
  machine: Record<string, string>;
  settings: Record<string, unknown>;
  tables: Table[];
  goals: Goal[];
  /** What a reader has to know: proxies that were left out, failures. */
  notes: string[];
  /** Every single measurement, for programs. */
  data: unknown;
}

/** The machine in a few words: figures of two machines do not compare. */
export function describeMachine(): Record<string, string> {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: String(processors.length),
    memory: `${(totalmem() / 1024 ** 3).toFixed(1)} GiB`,
    kernel: release(),
    node: process.version,
  };
}

export function toMarkdown(report: Report): string {
  const lines = [`# ${report.title}`, '', report.at, ''];
  for (const [key, value] of Object.entries(report.machine)) lines.push(`- ${key}: ${value}`);
  for (const table of report.tables) lines.push('', `## ${table.title}`, '', ...toMarkdownTable(table));
  if (report.goals.length > 0) {
    lines.push('', '## Goals', '');
    for (const goal of report.goals) lines.push(`- ${goal.reached ? 'reached' : 'MISSED'}: ${goal.text}: ${goal.figure}`);
  }
  if (report.notes.length > 0) lines.push('', '## Notes', '', ...report.notes.map((note) => `- ${note}`));
  lines.push('', `Settings: ${JSON.stringify(report.settings)}`, '');
  return lines.join('\n');
}

export function writeReport(report: Report, { json, out }: { json: string; out: string }): void {
  for (const file of [json, out]) mkdirSync(dirname(file), { recursive: true });
  writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(out, toMarkdown(report));
}

/** First column to the left, figures to the right; padded so that it reads as plain text too. */
function toMarkdownTable({ columns, rows }: Table): string[] {
  const widths = columns.map((column, index) => Math.max(column.length, 4, ...rows.map((row) => (row[index] ?? '').length)));
  const toLine = (cells: readonly string[]) =>
    `| ${widths.map((width, index) => (index === 0 ? (cells[index] ?? '').padEnd(width) : (cells[index] ?? '').padStart(width))).join(' | ')} |`;
  const rule = widths.map((width, index) => (index === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [toLine(columns), `| ${rule.join(' | ')} |`, ...rows.map(toLine)];
}

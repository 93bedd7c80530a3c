import { printable } from './printable.ts';

/** One column of a table: its heading and what stands in it. Null and undefined are shown as a dash. */
export interface Column<Row> {
  heading: string;
  value(row: Row): string | number | null | undefined;
}

/** Rows as lines of plain text in columns that are as wide as what stands in them. The first line is the headings. */
export function formatTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const cells = rows.map((row) => columns.map((column) => toCell(column.value(row))));
  const lines = [columns.map(({ heading }) => heading), ...cells];
  const widths = columns.map((_, index) => lines.reduce((widest, line) => Math.max(widest, line[index]?.length ?? 0), 0));
  return lines.map((line) =>
    line
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Names and values, one pair a line. */
export function formatFields(fields: Readonly<Record<string, string | number | boolean | null | undefined>>): string[] {
  const entries = Object.entries(fields);
  const width = entries.reduce((widest, [name]) => Math.max(widest, name.length), 0);
  return entries.map(
    ([name, value]) => `${`${name}:`.padEnd(width + 1)}  ${toCell(typeof value === 'boolean' ? (value ? 'yes' : 'no') : value)}`,
  );
}

function toCell(value: string | number | null | undefined): string {
  return value === null || value === undefined || value === '' ? '-' : printable(String(value));
}

import { type Column, formatTable } from '../command-line/format-table.ts';
import { type ManagementContext, show } from './context.ts';

/** The options of every list. */
interface ListOptions {
  limit: number;
  cursor: string | undefined;
  all: boolean;
}

interface Page<Item> {
  items: Item[];
  nextCursor?: string | undefined;
}

type ReadPages<Item> = (query: { limit: number; cursor?: string }) => AsyncGenerator<Page<Item>, void>;

/** The most that one page may have. */
const PAGE_ITEMS_MAX = 500;

/** Prints a page of a list, or all of it. */
export async function printList<Item>(
  context: ManagementContext,
  { limit, cursor, all }: ListOptions,
  read: ReadPages<Item>,
  columns: readonly Column<Item>[],
): Promise<number> {
  const pages = read({ limit: all ? PAGE_ITEMS_MAX : limit, ...(cursor === undefined ? {} : { cursor }) });
  const list: Page<Item> = { items: [] };
  for await (const page of pages) {
    list.items.push(...page.items);
    if (all) continue;
    list.nextCursor = page.nextCursor;
    break;
  }
  show(context, list, () => tableLines(context, columns, list.items));
  if (!context.json && list.items.length === 0) context.terminal.complain('There are none.');
  if (!context.json && list.nextCursor !== undefined) context.terminal.complain(`There are more: --all, or --cursor ${list.nextCursor}`);
  return 0;
}

/** A table whose headings stand out where the terminal can do it; nothing without rows. */
export function tableLines<Row>({ terminal }: ManagementContext, columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const [headings = '', ...lines] = formatTable(columns, rows);
  return rows.length === 0 ? [] : [terminal.bold(headings), ...lines];
}

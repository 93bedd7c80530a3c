import { Skeleton } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconSelector } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type ReactNode, useEffect, useRef } from 'react';
import classes from './data-table.module.css';

export interface Column<Item> {
  key: string;
  label: string;
  /** A track of CSS grid, at least so many pixels wide: `minmax(180px, 2fr)`, `120px`. */
  width: string;
  align?: 'end';
  /** It can be sorted by this column. */
  sortable?: boolean;
  cell(item: Item): ReactNode;
}

export interface Sorting {
  key: string;
  descending: boolean;
}

interface DataTableProps<Item> {
  /** What the table lists, for screen readers. */
  label: string;
  columns: readonly Column<Item>[];
  /** Its rows in order; a hole is a row that is not loaded yet. */
  items: readonly (Item | undefined)[];
  rowKey(item: Item): string;
  /** Height of a row in px. */
  rowHeight?: number;
  /** Height of the table in px or as CSS; default: as high as its rows, at most 70 % of the window. */
  height?: number | string;
  sorting?: Sorting | undefined;
  onSort?(sorting: Sorting): void;
  /** How many there are in all, when not all of them are loaded. */
  total?: number | undefined;
  loading?: boolean;
  /** Called when the end of what is loaded comes near. */
  onEnd?: (() => void) | undefined;
  /** Called with the first and last row in sight, when they change. */
  onRange?: ((first: number, last: number) => void) | undefined;
  /** What is shown when there is nothing. */
  empty: ReactNode;
}

const LOADING_ROWS = 8;

/** A table of any length: only the rows in sight exist. */
export function DataTable<Item>(props: DataTableProps<Item>) {
  const { label, columns, items, rowKey, rowHeight = 44, sorting, onSort, loading = false, onEnd, onRange, empty, total } = props;
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({ count: items.length, getScrollElement: () => frame.current, estimateSize: () => rowHeight, overscan: 12 });
  const shown = rows.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= 0) onRange?.(first, last);
  }, [first, last, onRange]);
  useEffect(() => {
    if (onEnd !== undefined && items.length > 0 && last >= items.length - 20) onEnd();
  }, [last, items.length, onEnd]);
  if (!loading && items.length === 0) return <div className={classes.frame}>{empty}</div>;
  const style = { ['--columns' as string]: columns.map(({ width }) => width).join(' '), minWidth: leastWidth(columns) };
  return (
    <section
      ref={frame}
      className={classes.frame}
      style={{ maxHeight: props.height ?? '70dvh' }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={`${label}, scrolls`}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: rows that are placed by hand are no table to a browser */}
      <div
        className={classes.table}
        style={style}
        role="table"
        aria-label={label}
        aria-rowcount={(total ?? items.length) + 1}
        aria-busy={loading}
      >
        {/* biome-ignore lint/a11y/useSemanticElements: see above */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: a row of a table that is read only takes no focus */}
        <div className={`${classes.row} ${classes.head}`} role="row" aria-rowindex={1}>
          {columns.map((column) => (
            <HeadCell key={column.key} column={column} sorting={sorting} onSort={onSort} />
          ))}
        </div>
        {/* biome-ignore lint/a11y/useSemanticElements: see above */}
        <div
          className={classes.body}
          role="rowgroup"
          style={{ position: 'relative', height: items.length === 0 ? LOADING_ROWS * rowHeight : rows.getTotalSize() }}
        >
          {items.length === 0
            ? Array.from({ length: LOADING_ROWS }, (_, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: they stand for nothing in particular
                <LoadingRow key={index} columns={columns} style={{ height: rowHeight }} />
              ))
            : shown.map(({ index, start }) => {
                const item = items[index];
                const style = { position: 'absolute', insetInline: 0, height: rowHeight, transform: `translateY(${start}px)` } as const;
                if (item === undefined) return <LoadingRow key={`loading ${index}`} columns={columns} style={style} />;
                return (
                  // biome-ignore lint/a11y/useSemanticElements: see above
                  // biome-ignore lint/a11y/useFocusableInteractive: see above
                  <div key={rowKey(item)} className={classes.row} role="row" aria-rowindex={index + 2} style={style}>
                    {columns.map((column) => (
                      // biome-ignore lint/a11y/useSemanticElements: see above
                      <div key={column.key} className={cellClass(column)} role="cell">
                        {shownInCell(column.cell(item))}
                      </div>
                    ))}
                  </div>
                );
              })}
        </div>
      </div>
    </section>
  );
}

/** A text that does not fit ends with dots, and says all of itself when it is pointed at. */
function shownInCell(content: ReactNode): ReactNode {
  return typeof content === 'string' ? <span title={content}>{content}</span> : content;
}

function LoadingRow<Item>({ columns, style }: { columns: readonly Column<Item>[]; style: CSSProperties }) {
  return (
    <div className={classes.row} style={style} aria-hidden>
      {columns.map(({ key }, index) => (
        <div key={key} className={classes.cell}>
          <Skeleton height={10} width={`${70 - ((index * 13) % 40)}%`} />
        </div>
      ))}
    </div>
  );
}

/** Below this the table scrolls sideways instead of squeezing its columns. */
function leastWidth<Item>(columns: readonly Column<Item>[]): number {
  return columns.reduce((sum, { width }) => sum + Number(/(\d{1,4})px/.exec(width)?.[1] ?? 0), 0);
}

function cellClass<Item>({ align }: Column<Item>): string {
  return align === 'end' ? `${classes.cell} ${classes.end} tabular` : `${classes.cell}`;
}

interface HeadCellProps<Item> {
  column: Column<Item>;
  sorting: Sorting | undefined;
  onSort: ((sorting: Sorting) => void) | undefined;
}

function HeadCell<Item>({ column, sorting, onSort }: HeadCellProps<Item>) {
  const { key, label, sortable } = column;
  const sorted = sorting?.key === key ? sorting : undefined;
  if (sortable !== true || onSort === undefined) {
    return (
      // biome-ignore lint/a11y/useSemanticElements: rows that are placed by hand are no table to a browser
      // biome-ignore lint/a11y/useFocusableInteractive: nothing can be done with it
      <div className={cellClass(column)} role="columnheader">
        {label === '' ? <span className="visually-hidden">Actions</span> : label}
      </div>
    );
  }
  const Icon = sorted === undefined ? IconSelector : sorted.descending ? IconChevronDown : IconChevronUp;
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows that are placed by hand are no table to a browser
    // biome-ignore lint/a11y/useFocusableInteractive: the button in it takes the focus
    <div
      className={cellClass(column)}
      role="columnheader"
      aria-sort={sorted === undefined ? 'none' : sorted.descending ? 'descending' : 'ascending'}
    >
      <button
        type="button"
        className={classes.sort}
        onClick={() => onSort({ key, descending: sorted !== undefined && !sorted.descending })}
      >
        {label}
        <Icon size={14} aria-hidden />
      </button>
    </div>
  );
}

import { CloseButton, Kbd, TextInput } from '@mantine/core';
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import classes from './contents.module.css';
import { ContentsLine } from './contents-line.tsx';
import { type ContentsIndex, type ContentsRow, contentsRows, foundRows, openGroups } from './contents-rows.ts';

interface ContentsProps {
  index: ContentsIndex;
  /** Key of the item that is shown, or `overview`. */
  current: string;
  /** What the filter begins with. */
  find: string;
  hrefOf(row: ContentsRow): string;
  /** Told when somebody stops typing into the filter. */
  onFind(find: string): void;
  onChoose(row: ContentsRow): void;
}

function heightOf(row: ContentsRow | undefined): number {
  return row?.kind === 'item' && row.item.detail !== undefined && row.item.detail !== row.item.title ? 42 : 32;
}

/** The contents of a definition: only the lines in sight exist, so thousands of operations are as quick as ten. */
export function Contents({ index, current, find: found, hrefOf, onFind, onChoose }: ContentsProps) {
  const [find, setOwnFind] = useState(found);
  const keepFind = useDebouncedCallback(onFind, 400);
  const setFind = (text: string) => {
    setOwnFind(text);
    keepFind(text);
  };
  const [open, setOpen] = useState(() => openGroups(index, current));
  const searched = useDeferredValue(find.trim());
  const rows = useMemo(() => (searched === '' ? contentsRows(index, open) : foundRows(index, searched)), [index, open, searched]);
  const frame = useRef<HTMLElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const wanted = useRef<number | undefined>(undefined);
  const lines = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: (position) => heightOf(rows[position]),
    getItemKey: (position) => rows[position]?.key ?? position,
    overscan: 10,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows have other heights
  useEffect(() => lines.measure(), [rows]);
  const scrolledTo = useRef(false);
  useEffect(() => {
    // A link into a long definition shows where one is.
    const position = rows.findIndex((row) => isCurrent(row, current));
    if (!scrolledTo.current && position > 8) lines.scrollToIndex(position, { align: 'center' });
    scrolledTo.current = true;
  }, [rows, current, lines]);
  useHotkeys([['f', () => input.current?.focus()]]);

  const focusRow = (position: number) => {
    const bounded = Math.max(0, Math.min(rows.length - 1, position));
    wanted.current = bounded;
    lines.scrollToIndex(bounded);
    focusIn(frame.current, bounded);
  };
  // A line that was out of sight exists only after it was scrolled to.
  useEffect(() => {
    if (wanted.current !== undefined && focusIn(frame.current, wanted.current)) wanted.current = undefined;
  });
  const toggle = (name: string) =>
    setOpen((before) => new Set(before.has(name) ? [...before].filter((other) => other !== name) : [...before, name]));
  const onKeyDown = (event: KeyboardEvent) => {
    const at = Number((event.target as HTMLElement).closest<HTMLElement>('[data-index]')?.dataset.index ?? -1);
    const row = rows[at];
    const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (target !== undefined) {
      event.preventDefault();
      if (target < 0) input.current?.focus();
      else focusRow(target);
    } else if (row?.kind === 'group' && searched === '' && event.key === (row.open ? 'ArrowLeft' : 'ArrowRight')) toggle(row.name);
  };
  const onFindKey = (event: KeyboardEvent) => {
    const first = rows.findIndex(({ kind }) => kind === 'item');
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      focusRow(0);
    } else if (event.key === 'Enter' && searched !== '' && rows[first] !== undefined) onChoose(rows[first]);
    else if (event.key === 'Escape' && find !== '') setFind('');
  };
  const count = rows.filter(({ kind }) => kind === 'item').length;
  return (
    <div className={classes.contents}>
      <div className={classes.find}>
        <TextInput
          ref={input}
          size="xs"
          value={find}
          onChange={({ currentTarget }) => setFind(currentTarget.value)}
          onKeyDown={onFindKey}
          placeholder={`Filter ${index.what}`}
          aria-label={`Filter ${index.what}`}
          aria-keyshortcuts="f"
          spellCheck={false}
          data-autofocus
          leftSection={<IconSearch size={14} />}
          rightSection={
            find === '' ? <Kbd size="xs">f</Kbd> : <CloseButton size="xs" aria-label="Clear the filter" onClick={() => setFind('')} />
          }
        />
      </div>
      <span className="visually-hidden" role="status">
        {searched === '' ? '' : count === 1 ? '1 found' : `${count} found`}
      </span>
      <nav ref={frame} className={classes.rows} aria-label="Contents" onKeyDown={onKeyDown}>
        {rows.length === 0 && <div className={classes.nothing}>Nothing has all of these words.</div>}
        <div style={{ position: 'relative', height: lines.getTotalSize() }}>
          {lines.getVirtualItems().map(({ index: position, key, start, size }) => {
            const row = rows[position];
            if (row === undefined) return null;
            return (
              <div key={key} data-index={position} className={classes.row} style={{ height: size, transform: `translateY(${start}px)` }}>
                <ContentsLine
                  row={row}
                  current={isCurrent(row, current)}
                  foldable={searched === ''}
                  href={hrefOf(row)}
                  onToggle={toggle}
                  onChoose={onChoose}
                />
              </div>
            );
          })}
        </div>
      </nav>
    </div>
  );
}

function isCurrent(row: ContentsRow, current: string): boolean {
  return row.kind === 'item' ? row.item.key === current : row.key === current;
}

function focusIn(frame: HTMLElement | null, position: number): boolean {
  const line = frame?.querySelector<HTMLElement>(`[data-index="${position}"] :is(a, button)`);
  line?.focus({ preventScroll: true });
  return line !== null && line !== undefined;
}

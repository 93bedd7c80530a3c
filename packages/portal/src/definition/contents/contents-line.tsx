import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import type { MouseEvent } from 'react';
import classes from './contents.module.css';
import type { ContentsItem, ContentsRow } from './contents-rows.ts';
import { MethodBadge } from './method-badge.tsx';

interface LineProps {
  row: ContentsRow;
  current: boolean;
  foldable: boolean;
  href: string;
  onToggle(group: string): void;
  onChoose(row: ContentsRow): void;
}

/** One line of the contents: a link, so that it can be opened beside and copied, or a group that folds. */
export function ContentsLine({ row, current, foldable, href, onToggle, onChoose }: LineProps) {
  if (row.kind === 'group') {
    const Icon = row.open ? IconChevronDown : IconChevronRight;
    return (
      <button type="button" className={classes.group} aria-expanded={row.open} disabled={!foldable} onClick={() => onToggle(row.name)}>
        <Icon size={15} aria-hidden />
        <span className={classes.groupName}>{row.name}</span>
        <span className={`${classes.count} tabular`}>{row.count}</span>
      </button>
    );
  }
  const choose = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    onChoose(row);
  };
  return (
    <a className={classes.link} href={href} onClick={choose} aria-current={current ? 'page' : undefined}>
      {row.kind === 'item' ? <ItemLine item={row.item} /> : <span className={classes.title}>Overview</span>}
    </a>
  );
}

function ItemLine({ item }: { item: ContentsItem }) {
  const { badge, title, detail, deprecated } = item;
  return (
    <>
      {badge !== undefined && <MethodBadge method={badge} />}
      <span className={classes.texts} title={detail === undefined ? title : `${badge ?? ''} ${detail}`.trim()}>
        <div className={deprecated ? `${classes.title} ${classes.gone}` : classes.title}>{title}</div>
        {detail !== undefined && detail !== title && (
          <div className={classes.path}>
            <bdi>{detail}</bdi>
          </div>
        )}
      </span>
      {deprecated && <span className="visually-hidden">deprecated</span>}
    </>
  );
}

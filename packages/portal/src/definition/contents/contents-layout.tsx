import { Button, Drawer } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconList } from '@tabler/icons-react';
import { useLocation } from '@tanstack/react-router';
import { type ReactNode, useRef } from 'react';
import { Nothing } from '../../ui/nothing.tsx';
import { useUrlState } from '../../ui/use-url-state.ts';
import { Contents } from './contents.tsx';
import classes from './contents-layout.module.css';
import type { ContentsIndex, ContentsRow } from './contents-rows.ts';

/** Names of what is chosen in the URL; a definition that has no other name for its items uses `item`. */
const CHOICES = ['operation', 'schema', 'item'];

interface ContentsLayoutProps {
  index: ContentsIndex;
  /** How the key of an item stands in the URL: name and value. */
  toChoice(key: string): readonly [name: string, value: string];
  /** Where the contents have no such page, their first item stands there. */
  overview?(): ReactNode;
  /** What shows the item of a key; undefined: there is none. */
  render(key: string): ReactNode | undefined;
}

/** What a definition lists on the left, and what is chosen of it beside; on narrow screens the list is a drawer. Chosen is in the URL. */
export function ContentsLayout({ index, toChoice, overview, render }: ContentsLayoutProps) {
  const [url, setUrl] = useUrlState();
  const [drawer, { open, close }] = useDisclosure(false);
  const top = useRef<HTMLDivElement>(null);
  const hrefOf = useHrefOf(toChoice);
  const chosenName = CHOICES.find((name) => url[name] !== undefined);
  const chosenValue = chosenName === undefined ? undefined : url[chosenName];
  const items = index.groups.flatMap((group) => group.items);
  const chosen = items.find(({ key }) => {
    const [name, value] = toChoice(key);
    return name === chosenName && value === chosenValue;
  });
  const current = chosenValue === undefined && overview === undefined ? items[0] : chosen;
  const choose = (row: ContentsRow) => {
    close();
    const choice = row.kind === 'item' ? Object.fromEntries([toChoice(row.item.key)]) : {};
    setUrl({ ...Object.fromEntries(CHOICES.map((name) => [name, undefined])), ...choice }, { push: true });
    if ((top.current?.getBoundingClientRect().top ?? 0) < 0) void top.current?.scrollIntoView({ block: 'start' });
  };
  const contents = (
    <Contents
      index={index}
      current={current?.key ?? 'overview'}
      find={url.find ?? ''}
      hrefOf={hrefOf}
      onFind={(find) => setUrl({ find })}
      onChoose={choose}
    />
  );
  const shown = chosenValue === undefined && overview !== undefined ? overview() : current === undefined ? undefined : render(current.key);
  return (
    <div className={classes.frame} ref={top}>
      <div className={classes.layout}>
        <div className={classes.side}>{contents}</div>
        <div className={classes.narrow}>
          <Button
            variant="default"
            fullWidth
            justify="flex-start"
            leftSection={<IconList size={16} />}
            onClick={open}
            aria-haspopup="dialog"
          >
            {current?.title ?? 'Overview'}
          </Button>
          <Drawer
            opened={drawer}
            onClose={close}
            title="Contents"
            size="88%"
            classNames={{ body: classes.drawer ?? '', content: classes.drawerContent ?? '' }}
          >
            {contents}
          </Drawer>
        </div>
        <div className={classes.main}>
          {shown ?? (
            <Nothing title={chosenValue === undefined ? 'There is nothing in it' : `There is no ${chosenValue}`}>
              The definition does not have it, or not any more. Look for it in its contents.
            </Nothing>
          )}
        </div>
      </div>
    </div>
  );
}

/** The address of a line: that of this page with what is chosen. */
function useHrefOf(toChoice: ContentsLayoutProps['toChoice']): (row: ContentsRow) => string {
  const { pathname, searchStr } = useLocation();
  return (row) => {
    const search = new URLSearchParams(searchStr);
    for (const name of [...CHOICES, 'find']) search.delete(name);
    if (row.kind === 'item') search.set(...(toChoice(row.item.key) as [string, string]));
    return search.size === 0 ? pathname : `${pathname}?${search}`;
  };
}

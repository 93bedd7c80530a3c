import { Tabs } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';

/** The tabs of a page. Where they do not fit, the one that is open is in sight. */
export function TabsList({ children }: { children: ReactNode }) {
  const list = useRef<HTMLDivElement>(null);
  // After every change: which tab is open is known by what is rendered.
  useEffect(() => {
    const open = list.current?.querySelector<HTMLElement>('[aria-selected="true"]');
    if (list.current !== null && open !== null && open !== undefined) {
      list.current.scrollLeft = open.offsetLeft - (list.current.clientWidth - open.offsetWidth) / 2;
    }
  });
  return (
    <Tabs.List ref={list} mb="lg">
      {children}
    </Tabs.List>
  );
}

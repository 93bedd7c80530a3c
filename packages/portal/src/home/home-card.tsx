import { Skeleton, Title } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failed } from '../ui/failed.tsx';
import classes from './home-page.module.css';

interface HomeCardProps<Data> {
  title: string;
  more?: ReactNode;
  query: Pick<UseQueryResult<Data>, 'data' | 'error' | 'refetch'>;
  /** Rows that stand in while it is read. */
  rows: number;
  children(data: Data): ReactNode;
}

/** One list of the home page; that it cannot be read does not concern the others. */
export function HomeCard<Data>({ title, more, query, rows, children }: HomeCardProps<Data>) {
  return (
    <section className={classes.card} aria-label={title}>
      <div className={classes.cardHead}>
        <Title order={2} size="h3">
          {title}
        </Title>
        {more}
      </div>
      {query.data !== undefined ? (
        children(query.data)
      ) : query.error !== null ? (
        <div style={{ padding: '0 16px 16px' }}>
          <Failed error={query.error} retry={() => void query.refetch()} />
        </div>
      ) : (
        <ul className={classes.list} aria-busy>
          {Array.from({ length: rows }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: they stand for nothing in particular
            <li key={index} className={classes.item}>
              <Skeleton height={11} width={`${50 + ((index * 17) % 35)}%`} mt={5} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

import { Skeleton } from '@mantine/core';
import classes from './page.module.css';

/** Stands in for a page while its code is loaded. */
export function PageLoading() {
  return (
    <div className={classes.page} aria-busy="true">
      <span className="visually-hidden" role="status">
        Loading
      </span>
      <Skeleton height={26} width={260} mb={24} />
      <Skeleton height={220} />
    </div>
  );
}

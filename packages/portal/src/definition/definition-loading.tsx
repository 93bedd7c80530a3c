import { Skeleton } from '@mantine/core';
import classes from './definition.module.css';

/** Stands in for a definition while it comes and is read. */
export function DefinitionLoading() {
  return (
    <div className={classes.loading} aria-busy="true">
      <span className="visually-hidden" role="status">
        Loading the definition
      </span>
      <div className={classes.loadingSide}>
        {Array.from({ length: 12 }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they stand for nothing in particular
          <Skeleton key={index} height={14} width={`${60 + ((index * 17) % 40)}%`} mb={18} />
        ))}
      </div>
      <div>
        <Skeleton height={24} width="45%" mb={14} />
        <Skeleton height={14} width="70%" mb={28} />
        <Skeleton height={180} />
      </div>
    </div>
  );
}

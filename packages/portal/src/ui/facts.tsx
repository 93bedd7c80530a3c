import { Fragment, type ReactNode } from 'react';
import classes from './facts.module.css';

/** Names and values of one thing; what is undefined is left out. */
export function Facts({ items }: { items: readonly (readonly [name: string, value: ReactNode | undefined])[] }) {
  return (
    <dl className={classes.facts}>
      {items
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
    </dl>
  );
}

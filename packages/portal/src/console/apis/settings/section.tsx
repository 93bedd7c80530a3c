import type { ReactNode } from 'react';
import classes from './settings.module.css';

/** A part of the settings: what it is about beside its fields. */
export function Section({ title, about, children }: { title: string; about?: ReactNode; children: ReactNode }) {
  return (
    <section className={classes.section} aria-label={title}>
      <div>
        <h2 className={classes.title}>{title}</h2>
        {about !== undefined && <p className={classes.about}>{about}</p>}
      </div>
      <div className={classes.fields}>{children}</div>
    </section>
  );
}

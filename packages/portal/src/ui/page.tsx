import { Text, Title } from '@mantine/core';
import { Fragment, type ReactNode, useEffect } from 'react';
import classes from './page.module.css';

interface PageProps {
  title: string;
  /** Shown instead of the plain title, for example with a badge beside it. */
  heading?: ReactNode;
  /** One or two sentences on what the page is for. */
  description?: ReactNode;
  /** Links to what is above this page. */
  crumbs?: readonly ReactNode[];
  /** What can be done here, the most important last. */
  actions?: ReactNode;
  /** Uses the whole width, for tables and editors. */
  wide?: boolean;
  children: ReactNode;
}

/** The frame of a page: its title, what is above it, and what can be done. */
export function Page({ title, heading, description, crumbs = [], actions, wide = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Gatehouse`;
  }, [title]);
  return (
    <div className={wide ? `${classes.page} ${classes.wide}` : classes.page}>
      <header className={classes.header}>
        <div className={classes.titles}>
          {crumbs.length > 0 && (
            <nav className={classes.crumbs} aria-label="Above this page">
              {crumbs.map((crumb, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the crumbs of a page never change their order
                <Fragment key={index}>
                  {crumb}
                  <span aria-hidden>/</span>
                </Fragment>
              ))}
            </nav>
          )}
          <Title order={1} className={classes.title}>
            {heading ?? title}
          </Title>
          {description !== undefined && (
            <Text c="dimmed" size="md" mt={4} maw={760}>
              {description}
            </Text>
          )}
        </div>
        {actions !== undefined && <div className={classes.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

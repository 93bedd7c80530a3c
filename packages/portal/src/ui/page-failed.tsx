import { useQueryErrorResetBoundary } from '@tanstack/react-query';
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ServerError } from '../server/server-error.ts';
import { Failed } from './failed.tsx';
import { forgetFailedParts } from './lazy-part.tsx';
import classes from './page.module.css';

/** Stands in for a page that cannot be shown. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const queries = useQueryErrorResetBoundary();
  useEffect(() => queries.reset(), [queries]);
  const retry = () => {
    if (isOutdated(error)) {
      window.location.reload();
      return;
    }
    forgetFailedParts();
    reset();
    void router.invalidate();
  };
  return (
    <main className={classes.page}>
      <Failed error={error} retry={retry} />
    </main>
  );
}

/** The page is of a version that is gone: only loading it anew helps. */
function isOutdated(error: unknown): boolean {
  return error instanceof ServerError && error.code === 'portal.outdated';
}

import { Loader } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { isReachable, onUnreachable } from '../server/reachability.ts';
import { forgetFailedParts } from '../ui/lazy-part.tsx';
import classes from './unreachable.module.css';

const RETRY_MS = 2_000;

/** Says that the control plane does not answer, and makes up for what was missed as soon as it does: nothing has to be reloaded. */
export function Unreachable() {
  const [away, setAway] = useState(false);
  const queryClient = useQueryClient();
  const router = useRouter();
  useEffect(() => onUnreachable(() => setAway(true)), []);
  useEffect(() => {
    if (!away) return;
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      if (await isReachable()) {
        if (ended) return;
        setAway(false);
        forgetFailedParts();
        void queryClient.refetchQueries({ predicate: ({ state }) => state.status === 'error' });
        if (router.state.matches.some(({ status }) => status === 'error')) void router.invalidate();
      } else if (!ended) timer = setTimeout(look, RETRY_MS);
    };
    timer = setTimeout(look, RETRY_MS);
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [away, queryClient, router]);
  return (
    <div role="status" className={away ? classes.bar : undefined}>
      {away && (
        <>
          <Loader size={14} color="currentColor" aria-hidden />
          <span>The control plane cannot be reached. This page goes on as soon as it answers.</span>
        </>
      )}
    </div>
  );
}

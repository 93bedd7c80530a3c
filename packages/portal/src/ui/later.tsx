import { CatchBoundary } from '@tanstack/react-router';
import { type ReactNode, Suspense, useEffect, useState } from 'react';

const LATEST_MS = 1_500;

interface LaterProps {
  /** It is needed at once. */
  now?: boolean;
  /** Stands in for it, also when it could not be loaded; what is loaded is asked for anew when `now` changes. */
  fallback?: ReactNode;
  children: ReactNode;
}

/** What is not seen at first, such as dialogs: its code is loaded when the browser has nothing better to do, or when it is needed. */
export function Later({ now = false, fallback = null, children }: LaterProps) {
  const [due, setDue] = useState(false);
  useEffect(() => afterPage(() => setDue(true)), []);
  if (!now && !due) return fallback;
  return (
    <CatchBoundary getResetKey={() => now} errorComponent={() => fallback}>
      <Suspense fallback={fallback}>{children}</Suspense>
    </CatchBoundary>
  );
}

/** Calls back when the browser is idle. Returns what takes that back. */
function afterPage(call: () => void): () => void {
  // Safari has none.
  if (typeof requestIdleCallback === 'undefined') {
    const timer = setTimeout(call, LATEST_MS);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(call, { timeout: LATEST_MS });
  return () => cancelIdleCallback(handle);
}

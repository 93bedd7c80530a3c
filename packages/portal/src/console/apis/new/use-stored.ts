import { useCallback, useEffect, useState } from 'react';

/** What is kept may have been written by an older page. */
const SHAPE = 1;

/**
 * State that outlives a reload of the page, in this tab. Storage may be full or switched off: then it lives as long as the page. No
 * secrets belong in it.
 */
export function useStored<Value>(key: string, initial: () => Value): [Value, (change: (before: Value) => Value) => void, () => void] {
  const [value, setValue] = useState(() => read<Value>(key) ?? initial());
  useEffect(() => {
    const timer = setTimeout(() => write(key, value), 150);
    return () => clearTimeout(timer);
  }, [key, value]);
  // What was typed in the last moment before a reload counts too.
  useEffect(() => {
    const now = () => write(key, value);
    window.addEventListener('pagehide', now);
    return () => window.removeEventListener('pagehide', now);
  }, [key, value]);
  const forget = useCallback(() => {
    setValue(initial());
    write(key, undefined);
  }, [key, initial]);
  return [value, setValue, forget];
}

function read<Value>(key: string): Value | undefined {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(key) ?? 'null');
    if (typeof stored !== 'object' || stored === null || !('shape' in stored) || stored.shape !== SHAPE) return undefined;
    return (stored as { value?: Value }).value;
  } catch {
    return undefined;
  }
}

function write(key: string, value: unknown): void {
  try {
    if (value === undefined) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify({ shape: SHAPE, value }));
  } catch {
    // Full, or forbidden: see above.
  }
}

import { type PointerEvent, useEffect, useState } from 'react';

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

// Made when they are first needed: each takes a browser some milliseconds.
let relative: Intl.RelativeTimeFormat | undefined;
let exact: Intl.DateTimeFormat | undefined;

/** `3 min. ago`, `in 2 days`; below a minute `just now`. */
export function formatRelative(at: string, nowMs: number = Date.now()): string {
  const seconds = (Date.parse(at) - nowMs) / 1000;
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) < size) continue;
    relative ??= new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });
    return relative.format(Math.trunc(seconds / size), unit);
  }
  return seconds > 0 ? 'in a moment' : 'just now';
}

function formatExact(at: string): string {
  exact ??= new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
  return exact.format(new Date(at));
}

/** A time as people say it, exact on hover, kept up to date. `at` is RFC 3339. */
export function Time({ at }: { at: string }) {
  const [, update] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => update((count) => count + 1), 30_000);
    return () => clearInterval(timer);
  }, []);
  // Lists have hundreds of them: the browser's own hint costs nothing until it is asked for.
  const explain = ({ currentTarget }: PointerEvent<HTMLElement>) => {
    currentTarget.title = formatExact(at);
  };
  return (
    <time dateTime={at} className="tabular" onPointerEnter={explain}>
      {formatRelative(at)}
    </time>
  );
}

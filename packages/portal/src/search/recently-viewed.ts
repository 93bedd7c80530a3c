import { useEffect, useSyncExternalStore } from 'react';

/** A page that was looked at, as it is offered again. */
export interface Viewed {
  path: string;
  title: string;
  /** What it is: API, app, backend service … */
  kind: string;
}

const KEY = 'gatehouse-recently-viewed';
const KEPT = 12;
const NONE: readonly Viewed[] = [];
const listeners = new Set<() => void>();
let current: readonly Viewed[] | undefined;

function isViewed(value: unknown): value is Viewed {
  if (typeof value !== 'object' || value === null) return false;
  const { path, title, kind } = value as Record<string, unknown>;
  return typeof path === 'string' && path.startsWith('/') && typeof title === 'string' && typeof kind === 'string';
}

function read(): readonly Viewed[] {
  if (current === undefined) {
    try {
      const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
      current = Array.isArray(stored) ? stored.filter(isViewed).slice(0, KEPT) : NONE;
    } catch {
      current = NONE;
    }
  }
  return current;
}

function note(viewed: Viewed): void {
  current = [viewed, ...read().filter(({ path }) => path !== viewed.path)].slice(0, KEPT);
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // Storage may be full or forbidden; then it is remembered until the page is left.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Pages that were looked at in this browser, the latest first. */
export function useRecentlyViewed(): readonly Viewed[] {
  return useSyncExternalStore(subscribe, read);
}

/** Remembers that a page is looked at, once it is known what it shows. */
export function useNoteViewed(viewed: Viewed | undefined): void {
  const { path, title, kind } = viewed ?? {};
  useEffect(() => {
    if (path !== undefined && title !== undefined && kind !== undefined) note({ path, title, kind });
  }, [path, title, kind]);
}

/** Forgets them all, for the next user of this browser. */
export function forgetViewed(): void {
  current = NONE;
  try {
    localStorage.removeItem(KEY);
  } catch {
    // There was nothing to be kept.
  }
  for (const listener of listeners) listener();
}

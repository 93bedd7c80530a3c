import type { Exchange } from '../exchange/exchange.ts';

/** Longest piece of a refused target that is looked at. */
const TARGET_MAX = 1024;

/**
 * The path of a request for the log, never its query. Of a target that was refused there is no canonical path: then it is the target as
 * it came, without what looks like user and password (`//user:secret@host/`), still to be escaped.
 */
export function loggedPath({ path, target }: Exchange): string {
  if (path !== '') return path;
  const end = target.search(/[?#]/);
  const raw = target.slice(0, Math.min(end === -1 ? target.length : end, TARGET_MAX));
  return raw.replace(/[^/@]{1,1024}@/g, '***@');
}

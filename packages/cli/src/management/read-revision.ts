import { UsageError } from '../usage-error.ts';

/** The number of a revision as an argument. Throws `UsageError`. */
export function readRevision(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`REVISION must be a whole number, not "${text}": gatehouse apis revisions NAME`);
  return Number(text);
}

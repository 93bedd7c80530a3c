import { randomUUID } from 'node:crypto';

/** The id of a new row: it never changes, and nobody can guess or reuse it. */
export function newId(): string {
  return randomUUID();
}

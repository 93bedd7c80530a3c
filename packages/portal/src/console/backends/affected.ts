import { ServerError } from '../../server/server-error.ts';
import type { PublishedOn } from './server/undefine-backend.ts';

/** The APIs that a change would affect, as the server says when it wants it confirmed (B14). */
export interface Affected {
  apis: readonly PublishedOn[];
  /** Further ones, which the user may not see. */
  hidden: number;
}

/** What a refusal asks to be confirmed; undefined when it is another refusal. */
export function affectedOf(error: unknown): Affected | undefined {
  if (!(error instanceof ServerError) || error.code !== 'confirmation.required') return undefined;
  const { affected, hidden } = error.extras;
  const apis = Array.isArray(affected) ? affected.filter(isPublishedOn) : [];
  return { apis, hidden: typeof hidden === 'number' ? hidden : 0 };
}

function isPublishedOn(value: unknown): value is PublishedOn {
  if (typeof value !== 'object' || value === null) return false;
  const { api, revision } = value as Record<string, unknown>;
  return typeof api === 'string' && typeof revision === 'number';
}

/** Whether somebody who has seen the one has seen the other. */
export function isSameAffected(one: Affected, other: Affected): boolean {
  const names = ({ apis, hidden }: Affected) => JSON.stringify([hidden, ...apis.map(({ api, revision }) => `${api}@${revision}`).sort()]);
  return names(one) === names(other);
}

/** `3 published APIs` */
export function countAffected({ apis, hidden }: Affected): string {
  const count = apis.length + hidden;
  return `${count} published API${count === 1 ? '' : 's'}`;
}

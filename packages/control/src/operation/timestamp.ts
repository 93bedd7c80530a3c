import { refuseInvalid } from './refuse-invalid.ts';

/** RFC 3339 from milliseconds since the epoch. */
export function toTimestamp(ms: number): string {
  return new Date(ms).toISOString();
}

/** As `toTimestamp`; null stays null. */
export function toTimestampOrNull(ms: number | null): string | null {
  return ms === null ? null : toTimestamp(ms);
}

/** Milliseconds since the epoch of `body.expiresAt`; null: without end. Refuses what is over already (`request.invalid`). */
export function toExpiry(expiresAt: string | undefined, nowMs: number): number | null {
  if (expiresAt === undefined) return null;
  const ms = Date.parse(expiresAt);
  if (ms <= nowMs) refuseInvalid(['body', 'expiresAt'], `must be in the future; it is ${toTimestamp(nowMs)} now`);
  return ms;
}

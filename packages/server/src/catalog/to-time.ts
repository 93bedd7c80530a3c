/** RFC 3339 from milliseconds since the epoch. */
export function toTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** As `toTime`; null stays null. */
export function toTimeOrNull(ms: number | null): string | null {
  return ms === null ? null : toTime(ms);
}
